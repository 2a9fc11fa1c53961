import { expect, test } from 'vitest'
import type { Delivery } from '#kit/flow-broker.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { packet } from './broker-rig.ts'
import { FlowTap } from './flow-tap.ts'
import { settledByFlows } from './flow-taps.ts'
import { Patience } from './patience.ts'
import { Traffic } from './traffic.ts'

const rig = (
  receive?: (delivery: Delivery) => void,
  flowMessages = 2,
  hands = { messages: 0, most: 1_000 },
) => {
  const clock = new VirtualClock()
  const problems: string[] = []
  const held: Delivery[] = []
  const patience = new Patience(250, clock)
  const tap = new FlowTap('a', 1, receive ?? ((delivery) => held.push(delivery)), {
    clock,
    traffic: new Traffic(),
    flowMessages,
    hands,
    patience,
    holdBackMs: 10_000,
    stalledAfterMs: 250,
    onProblem: (text) => problems.push(text),
  })
  const log: string[] = []
  const publish = (payload: string) => {
    const settled = settledByFlows([tap], packet('a', payload, 1), patience)
    if (settled === undefined) log.push(payload)
    return settled?.then(() => void log.push(payload))
  }
  const offer = (payload: string) => tap.offer(packet('a', payload))
  const texts = () => held.map(({ packet: { payload } }) => String(payload))
  return { clock, problems, held, tap, log, publish, offer, texts }
}

test('a message that is settled within the call is waited for by nobody', () => {
  const { log, publish, tap } = rig((delivery) => delivery.settle())
  for (const payload of ['1', '2', '3']) expect(publish(payload)).toBeUndefined()
  expect([log, tap.hasRoom]).toEqual([['1', '2', '3'], true])
})

test('a message that is settled late is waited for, in any order', async () => {
  const { log, publish, held } = rig()
  const waits = [publish('1'), publish('2')]
  held[1]?.settle()
  held[0]?.settle()
  await Promise.all(waits)
  expect(log).toEqual(['2', '1'])
})

test('a second settlement of a message makes no room and tells no failure', () => {
  const { publish, held, tap, problems } = rig()
  publish('1')?.catch(() => {})
  publish('2')?.catch(() => {})
  held[0]?.settle()
  held[0]?.settle()
  held[0]?.settle(new Error('late'))
  publish('3')?.catch(() => {})
  expect([tap.hasRoom, problems]).toEqual([false, []])
})

test('a message that is never settled is waited for until patience ends, and stays in hand', async () => {
  const { clock, log, publish, tap } = rig(undefined, 1)
  const wait = publish('1')
  await clock.advance(249)
  expect(log).toEqual([])
  await clock.advance(1)
  await wait
  expect([log, tap.hasRoom]).toEqual([['1'], false])
})

test('a message that is settled after patience has ended makes room', async () => {
  const { clock, publish, held, tap } = rig(undefined, 1)
  const wait = publish('1')
  await clock.advance(250)
  await wait
  held[0]?.settle()
  expect(tap.hasRoom).toBe(true)
})

test('a message may be settled when its subscription has ended; what waited is given up', () => {
  const { offer, held, tap, texts } = rig(undefined, 1)
  offer('1')
  offer('2')
  tap.close()
  held[0]?.settle(new Error('stopped'))
  offer('3')
  expect([texts(), tap.isBehind, tap.hasRoom]).toEqual([['1'], false, true])
})

test('a failure is told with its reason, also one that was thrown', () => {
  const { publish, problems } = rig(() => {
    throw new Error('no')
  })
  expect(publish('1')).toBeUndefined()
  expect(problems).toEqual(['A flow could not handle a message on "a": no'])
})

test('settlements in batches let as many in as they make room for', () => {
  const { offer, held, tap, texts } = rig(undefined, 3)
  for (const payload of ['1', '2', '3', '4', '5', '6', '7']) offer(payload)
  expect([texts(), tap.isBehind]).toEqual([['1', '2', '3'], true])
  for (const delivery of held.slice(0, 3)) delivery.settle()
  expect([texts(), tap.isBehind]).toEqual([['1', '2', '3', '4', '5', '6'], true])
  for (const delivery of held.slice(3)) delivery.settle()
  expect([texts().at(-1), tap.isBehind, tap.dropped]).toEqual(['7', false, 0])
})

test('thousands that waited are handed over without going deep, when each is settled within its call', () => {
  let isBusy = true
  const held: Delivery[] = []
  let seen = 0
  const { offer, tap } = rig((delivery) => {
    seen++
    if (isBusy) held.push(delivery)
    else delivery.settle()
  }, 1_000)
  for (let count = 0; count < 20_000; count++) offer('x')
  isBusy = false
  held[0]?.settle()
  expect([seen, tap.dropped, tap.isBehind]).toEqual([17_000, 3_000, false])
})

test('a flow that settles nothing for a while loses QoS 0, until it settles again', async () => {
  const { clock, offer, held, tap, texts, problems } = rig(undefined, 1)
  offer('1')
  offer('2')
  await clock.advance(250)
  offer('3')
  expect([tap.dropped, tap.isBehind, problems.length]).toEqual([1, false, 1])
  held[0]?.settle()
  held[1]?.settle()
  offer('4')
  expect(texts()).toEqual(['1', '2', '4'])
})

test('where all flows together hold too many, each holds one, and goes on as it settles', () => {
  const hands = { messages: 0, most: 2 }
  const [one, other] = [rig(undefined, 10, hands), rig(undefined, 10, hands)]
  for (const payload of ['1', '2', '3']) one.offer(payload)
  for (const payload of ['4', '5']) other.offer(payload)
  expect([one.texts(), other.texts()]).toEqual([['1', '2'], ['4']])
  other.held[0]?.settle()
  one.held[0]?.settle()
  expect([one.texts(), other.texts()]).toEqual([
    ['1', '2'],
    ['4', '5'],
  ])
  one.held[1]?.settle()
  expect([one.texts(), hands.messages]).toEqual([['1', '2', '3'], 2])
})
