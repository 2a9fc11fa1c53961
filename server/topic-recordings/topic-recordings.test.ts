import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { packet } from '../broker/broker-rig.ts'
import { type Look, Onlookers } from '../broker/onlookers.ts'
import { forFlow } from './for-flow.ts'
import { type TopicMessage, TopicRecordings } from './topic-recorded.ts'
import { TopicRecordingDesk } from './topic-recording-desk.ts'

let folder: string
let clock: VirtualClock
let onlookers: Onlookers
let hidden: (user: string, topic: string) => boolean
const open = () =>
  new TopicRecordingDesk({
    store: new TopicRecordings(folder),
    broker: { observe: (look: Look) => onlookers.add(look) },
    mayReceive: (user, topic) => !hidden(user, topic),
    clock,
  })
let desk: TopicRecordingDesk

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-'))
  clock = new VirtualClock()
  onlookers = new Onlookers()
  hidden = () => false
  desk = open()
})
afterEach(() => {
  desk[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

const start = (filter = 'home/#') => desk.start({ filter, name: 'Evening', by: 'ada' })
const carry = (topic: string, payload: string) => onlookers.see?.(packet(topic, payload))
const textsOf = (id: string, reader = 'ada') =>
  desk.read(id, reader).messages.map(({ topic, payload }) => `${topic} ${Buffer.from(payload, 'base64')}`)

test('what the broker carries on the topics is written down until it is stopped, and survives a restart', async () => {
  const { id } = start()
  carry('home/door', 'open')
  carry('garden/door', 'open')
  await clock.advance(500)
  carry('home/lamp', 'on')
  expect(desk.stop(id)).toMatchObject({ filter: 'home/#', by: 'ada', count: 2, endedAt: clock.now() })
  carry('home/lamp', 'off')
  desk = open()
  expect(textsOf(id)).toEqual(['home/door open', 'home/lamp on'])
  expect([onlookers.see, clock.planned]).toEqual([undefined, 0])
})

test('one that was going on when the server ended has ended with what was on disk', async () => {
  const { id } = start()
  carry('home/door', 'open')
  await clock.advance(500)
  carry('home/door', 'lost')
  expect(new TopicRecordings(folder).get(id)).toMatchObject({ count: 1, endedAt: expect.any(Number) })
})

test('nobody records, nor takes from a recording, what they may not read', () => {
  hidden = (_user, topic) => topic === 'home/safe'
  const { id } = start()
  carry('home/safe', '1234')
  carry('home/door', 'open')
  desk.stop(id)
  hidden = (user, topic) => user === 'bob' && topic === 'home/door'
  expect([textsOf(id), textsOf(id, 'bob')]).toEqual([['home/door open'], []])
})

test('it ends by itself when it is full, or after an hour, and counts what is left out', async () => {
  const { id } = start()
  for (let index = 0; index < 10_010; index++) carry('home/door', 'x')
  await clock.advance(500)
  expect(desk.list()).toMatchObject([{ id, count: 10_000, leftOut: 10, endedAt: expect.any(Number) }])
  const large = start()
  carry('home/door', 'x'.repeat(200_000))
  for (let index = 0; index < 200; index++) carry('home/door', 'x'.repeat(100_000))
  desk.stop(large.id)
  const [kept] = desk.list()
  expect(kept?.bytes).toBeLessThanOrEqual(10 * 1024 * 1024)
  expect([kept?.count, kept?.leftOut]).toEqual([78, 123])
  const long = start()
  await clock.advance(3_600_000)
  expect(desk.list().find(({ id }) => id === long.id)?.endedAt).toBeDefined()
})

test('filters that are none, too many at a time, and what is not there are refused', () => {
  const codeOf = (work: () => unknown) => {
    try {
      return work()
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  expect(codeOf(() => start('a/#/b'))).toBe('TOPIC_WILDCARD_PLACE')
  for (const topic of ['a', 'b', 'c', 'd']) start(topic)
  expect(codeOf(() => start('e'))).toBe('TOPIC_RECORDINGS_MANY')
  expect(codeOf(() => desk.stop('../x'))).toBe('RECORDING_UNKNOWN')
})

const ear = (id: string, config: object) => ({
  id,
  type: 'mqtt-in',
  at: [0, 0] as [number, number],
  config: { ...config },
})
const listening = (...nodes: Flow['nodes']): Flow => ({
  ...emptyFlow('f', 'Lamp'),
  nodes,
  wires: nodes.map(({ id }) => [`${id}.out`, `${id}-next.in`]),
})
const recorded = (topic: string, payload: string): TopicMessage => ({
  ...{ at: 1, topic, payload: Buffer.from(payload).toString('base64') },
})

test('a flow gets it where its nodes that listen to these topics lead, read as they read it', () => {
  const flow = listening(
    ear('all', { topic: 'home/#' }),
    ear('number', { topic: 'home/+/watts', payload: 'number' }),
    ear('far', { topic: '#', broker: 'another' }),
    ear('deaf', { topic: 'garden/#' }),
  )
  const messages = [recorded('home/tv/watts', '41.5'), recorded('home/tv/watts', 'none')]
  expect(forFlow(messages, flow)).toEqual([
    { at: 1, to: 'all-next.in', topic: 'home/tv/watts', payload: 41.5 },
    { at: 1, to: 'number-next.in', topic: 'home/tv/watts', payload: 41.5 },
    { at: 1, to: 'all-next.in', topic: 'home/tv/watts', payload: 'none' },
  ])
})

test('what is disabled hears nothing of it, and is sent nothing', () => {
  const { nodes, wires } = listening(ear('all', { topic: '#' }), ear('off', { topic: '#' }))
  const next = { id: 'all-next', type: 'debug', at: [0, 0] as [number, number], config: {} }
  const disabled = (id: string): Flow => ({
    ...{ ...emptyFlow('f', 'Lamp'), wires },
    nodes: [...nodes, next].map((node) => (node.id === id ? { ...node, disabled: true } : node)),
  })
  const heardBy = (id: string) => forFlow([recorded('home/door', 'open')], disabled(id)).map(({ to }) => to)
  expect([heardBy('off'), heardBy('all-next')]).toEqual([['all-next.in'], ['off-next.in']])
})

test('a flow that listens to none of it is told so', () => {
  const deaf = listening(ear('deaf', { topic: 'garden/#' }))
  expect(() => forFlow([recorded('home/door', 'open')], deaf)).toThrow(/"Lamp" listens to/)
})
