import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { MAX_WAITING, SendQueue, type Try } from './send-queue.ts'

let clock: VirtualClock
let stop: AbortController
let queue: SendQueue
let start: number
/** What was tried, and how many milliseconds after the start. */
let tried: [string, number][]

beforeEach(() => {
  clock = new VirtualClock()
  start = clock.now()
  stop = new AbortController()
  tried = []
  queue = new SendQueue({ clock, signal: stop.signal, random: () => 0.5, onTrouble: () => undefined })
})

const done = { kind: 'done', result: undefined } as const
const pause = (ms: number) => ({ kind: 'pause', ms }) as const
const fault = { kind: 'fault', problem: { code: 'NO', message: 'No.' } } as const

/** Queues something that answers in this order, the last answer for ever. */
function send(chat: string, name: string, ...answers: Try<undefined>[]): Promise<undefined> {
  return queue.send(chat, async () => {
    tried.push([name, clock.now() - start])
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? done
  })
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: { code: string }) => error.code,
  )

describe('the rate', () => {
  it('lets three messages to a person through at once and then one a second', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) void send('1', name)
    await clock.advance(10_000)
    expect(tried).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 0],
      ['d', 1_000],
      ['e', 2_000],
    ])
  })

  it('never sends more than 20 messages a minute to a group', async () => {
    for (let i = 0; i < 60; i++) void send('-100', `${i}`)
    await clock.advance(180_000)
    const times = tried.map(([, at]) => at)
    const busiest = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length),
    )
    expect([busiest, times.length]).toEqual([19, 50])
  })

  it('never sends more than 30 messages a second in all', async () => {
    for (let i = 0; i < 100; i++) void send(`${i + 1}`, `${i}`)
    await clock.advance(60_000)
    const times = tried.map(([, at]) => at)
    const busiest = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
    )
    expect([busiest <= 30, times.length]).toEqual([true, 100])
  })
})

describe('a pause that Telegram asks for', () => {
  it('lasts exactly so long, for every chat, and then the message goes once', async () => {
    void send('1', 'a', pause(7_000), done)
    await clock.advance(0)
    void send('2', 'b')
    await clock.advance(6_999)
    expect(tried).toEqual([['a', 0]])
    await clock.advance(60_000)
    expect(tried).toEqual([
      ['a', 0],
      ['a', 7_000],
      ['b', 7_000],
    ])
  })
})

describe('a fault', () => {
  it('is tried again after a wait that doubles, spread by half, up to a minute', async () => {
    void send('1', 'a', fault).catch(() => undefined)
    await clock.advance(240_000)
    expect(tried.map(([, at]) => at)).toEqual([
      0, 1_250, 3_750, 8_750, 18_750, 38_750, 78_750, 153_750, 228_750,
    ])
  })

  it('keeps the order of its chat and holds up no other', async () => {
    void send('1', 'a', fault, fault, done)
    void send('1', 'b')
    void send('2', 'c')
    await clock.advance(60_000)
    expect(tried.map(([name]) => name)).toEqual(['a', 'c', 'a', 'a', 'b'])
  })

  it('that lasts for 24 hours fails the message, and what waited behind it', async () => {
    const codes = Promise.all([codeOf(send('1', 'a', fault)), codeOf(send('1', 'b', fault))])
    await clock.advance(24 * 60 * 60_000 + 120_000)
    expect(await codes).toEqual(['TELEGRAM_UNREACHABLE', 'TELEGRAM_UNREACHABLE'])
  })
})

it('goes on with the next message when one has failed for good', async () => {
  const failed = codeOf(queue.send('1', () => Promise.reject(Object.assign(new Error('no'), { code: 'X' }))))
  const next = codeOf(send('1', 'b'))
  await clock.advance(0)
  expect(await Promise.all([failed, next])).toEqual(['X', 'none'])
})

it('takes a thousand messages and refuses the next with what to do', async () => {
  const all = Array.from({ length: MAX_WAITING }, (_, i) => codeOf(send('1', `${i}`)))
  expect(await codeOf(send('1', 'too many'))).toBe('TELEGRAM_QUEUE_FULL')
  await clock.advance(MAX_WAITING * 1_000)
  expect(new Set(await Promise.all(all))).toEqual(new Set(['none']))
  expect(await codeOf(send('2', 'room again'))).toBe('none')
})

it('fails everything that waits when it is closed, and leaves no timer behind', async () => {
  const codes = Promise.all([
    codeOf(send('1', 'a', pause(60_000))),
    codeOf(send('1', 'b')),
    codeOf(send('2', 'c', fault)),
  ])
  await clock.advance(10)
  stop.abort()
  expect(await codes).toEqual(['TELEGRAM_CLOSED', 'TELEGRAM_CLOSED', 'TELEGRAM_CLOSED'])
  expect(clock.planned).toBe(0)
  expect(await codeOf(send('3', 'late'))).toBe('TELEGRAM_CLOSED')
})
