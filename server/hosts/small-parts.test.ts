import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Channel } from './channel.ts'
import type { FlowHost } from './flow-host.ts'
import { HostObserver } from './host-observer.ts'
import { chooseHost } from './placement.ts'
import type { HostEvent } from './protocol.ts'
import { Strikes } from './strikes.ts'

const host = (...flows: string[]) => ({ flows: new Set(flows), load: 0 }) as unknown as FlowHost
const rules = { maxHosts: 3, apart: new Set(['bad', 'bad1', 'bad2']) }

test('from the fifth on, flows spread over all threads but one, which is for those that had better stay among themselves', () => {
  expect(chooseHost([], rules, 'a')).toBe(undefined)
  const few = host('1', '2', '3')
  expect(chooseHost([few], rules, 'x')).toBe(few)
  const [four, five] = [host('1', '2', '3', '4'), host('5', '6', '7', '8', '9')]
  expect(chooseHost([four], rules, 'x')).toBe(undefined)
  expect(chooseHost([four, five], rules, 'x')).toBe(four)
})

test('flows go where there is less to do, and then where fewer are', () => {
  const [busy, idle] = [
    { ...host('1'), load: 5_000 },
    { ...host('2', '3'), load: 3 },
  ]
  expect(chooseHost([busy, idle] as FlowHost[], rules, 'x')).toBe(idle)
})

test('on one core, all share one thread', () => {
  expect(chooseHost([], { ...rules, maxHosts: 1 }, 'x')).toBe(undefined)
  const only = host('1', 'bad')
  expect(chooseHost([only], { ...rules, maxHosts: 1 }, 'x')).toBe(only)
  expect(chooseHost([only], { ...rules, maxHosts: 1 }, 'bad2')).toBe(only)
})

test('who has ended a thread does not share one with others, as long as there may be one more', () => {
  const good = host('a')
  expect(chooseHost([good], rules, 'bad')).toBe(undefined)
  const bad = host('bad1')
  expect(chooseHost([good, bad], rules, 'bad2')).toBe(bad)
  expect(chooseHost([good, bad], { ...rules, maxHosts: 2 }, 'x')).toBe(good)
})

test('who has ended a thread stays where it was rather than among others', () => {
  const [from, other] = [host('a', 'b'), host('c')]
  expect(chooseHost([other, from], { ...rules, maxHosts: 2, from }, 'bad')).toBe(from)
})

test('three strikes within five minutes', async () => {
  const clock = new VirtualClock()
  const strikes = new Strikes(clock)
  expect([strikes.apart.has('a'), strikes.count('a'), strikes.count('a'), strikes.apart.has('a')]).toEqual([
    ...[false, false, false, true],
  ])
  await clock.advance(5 * 60_000)
  expect([strikes.apart.has('a'), strikes.count('a'), strikes.count('a'), strikes.count('a')]).toEqual([
    ...[false, false, false, true],
  ])
  strikes.forget('a')
  expect([strikes.apart.has('a'), strikes.count('b')]).toEqual([false, false])
})

/** A ring with room for so many records. */
function smallRing(room: number) {
  const written: string[] = []
  let waiting: (() => void) | undefined
  const write = (kind: number, ...rest: readonly unknown[]): boolean => {
    if (written.length >= room) return false
    written.push(
      `${kind} ${rest.at(-1) instanceof Uint8Array ? Buffer.from(rest.at(-1) as Uint8Array) : rest.at(-1)}`,
    )
    return true
  }
  const ring = {
    write,
    writeText: write,
    flush: () => {},
    whenRoom: (call: () => void) => {
      waiting = call
    },
  }
  const makeRoom = (): string[] => {
    const read = written.splice(0)
    const call = waiting
    waiting = undefined
    call?.()
    return read
  }
  return { ring, makeRoom }
}

test('a channel keeps the order of what has no room yet', () => {
  const { ring, makeRoom } = smallRing(3)
  const channel = new Channel(ring)
  for (let index = 0; index < 8; index++) channel.send(index, 0, 0, 0, '', `${index}`)
  expect(channel.waiting).toBe(5)
  const first = makeRoom()
  channel.send(8, 0, 0, 0, '', '8')
  const all = [...first, ...makeRoom(), ...makeRoom(), ...makeRoom()]
  expect(all).toEqual(Array.from({ length: 9 }, (_, index) => `${index} ${index}`))
  expect(channel.waiting).toBe(0)
})

function observed() {
  const clock = new VirtualClock()
  const told: HostEvent[] = []
  return { clock, told, observer: new HostObserver(clock, (event) => void told.push(event)) }
}

const failure = { node: 'n', nodeName: 'n', code: 'X', message: 'x' }

test('equal failures are told once in a second, with a count', async () => {
  const { clock, told, observer } = observed()
  for (let count = 0; count < 10; count++) observer.nodeFailed('f', failure, false)
  await clock.advance(1_000)
  observer.nodeFailed('f', failure, false)
  await clock.advance(3_000)
  expect(told.map((event) => event.kind === 'failed' && event.repeats)).toEqual([0, 8, 0])
})

test('of statuses that follow each other closely the last is told', async () => {
  const { clock, told, observer } = observed()
  for (let count = 0; count < 10; count++)
    observer.nodeStatus('f', 'n', { state: 'ok', text: `${count}`, at: 0 })
  await clock.advance(50)
  expect(told.map((event) => event.kind === 'status' && event.status.text)).toEqual(['0', '9'])
})

test('of a flood of messages shown and lines logged so many pass in a second', async () => {
  const { clock, told, observer } = observed()
  for (let count = 0; count < 1_000; count++) observer.nodeLog('f', 'n', 'info', `${count}`)
  observer.nodeShown('f', 'n', { id: 'm', payload: 1 })
  expect(told.length).toBe(201)
  await clock.advance(1_000)
  expect(told.at(-1)).toEqual({ kind: 'left-out', flow: 'f', count: 800 })
  observer.nodeLog('f', 'n', 'info', 'again')
  expect(told.length).toBe(203)
})
