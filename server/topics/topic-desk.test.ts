import { beforeEach, expect, test } from 'vitest'
import type { MqttPacket } from '#kit/mqtt.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Onlookers } from '../broker/onlookers.ts'
import type { MessagesEvent } from './message-view.ts'
import { TopicDesk, type TopicViewer } from './topic-desk.ts'
import type { TopicsEvent } from './topic-view.ts'

const packet = (topic: string, payload = 'x', retain = false): MqttPacket => ({
  topic,
  payload: Buffer.from(payload),
  qos: 0,
  retain,
})

class SmallBroker {
  readonly kept = new Map<string, MqttPacket>()
  readonly onlookers = new Onlookers()
  observe = this.onlookers.add.bind(this.onlookers)
  retained = (topic: string) => this.kept.get(topic)
  allRetained = () => this.kept.values()
  publish(topic: string, payload = 'x', retain = false): void {
    const published = packet(topic, payload, retain)
    if (retain) this.kept.set(topic, published)
    this.onlookers.see?.(published)
  }
}

class Viewer implements TopicViewer {
  isReady = true
  hidden = ''
  readonly told: TopicsEvent[] = []
  readonly messagesTold: MessagesEvent[] = []
  mayReceive = (topic: string) => topic !== this.hidden
  topics = (event: TopicsEvent) => void this.told.push(event)
  messages = (event: MessagesEvent) => void this.messagesTold.push(event)
}

let broker: SmallBroker
let clock: VirtualClock
let desk: TopicDesk
let viewer: Viewer
beforeEach(() => {
  broker = new SmallBroker()
  clock = new VirtualClock()
  desk = new TopicDesk({ broker, clock })
  viewer = new Viewer()
})
const tick = () => clock.advance(200)

test('nobody looks on at the broker while nobody watches, and a minute after', async () => {
  const seat = desk.sit(viewer)
  expect(broker.onlookers.see).toBeUndefined()
  seat.watchTopics()
  expect(broker.onlookers.see).toBeDefined()
  seat.unwatchTopics()
  await clock.advance(59_000)
  expect(broker.onlookers.see).toBeDefined()
  await clock.advance(1_000)
  expect(broker.onlookers.see).toBeUndefined()
})

test('tells what is retained, then what comes, and of that only what is new', async () => {
  broker.publish('home/door', 'open', true)
  desk.sit(viewer).watchTopics()
  await tick()
  expect(viewer.told).toMatchObject([{ isAnew: true, added: [[1, 'home/door', 0, 0, 1]], counts: [] }])
  broker.publish('home/door', 'shut')
  broker.publish('home/bell')
  await tick()
  expect(viewer.told[1]).toMatchObject({
    added: [[2, 'home/bell', 1, clock.now() - 200, 0]],
    counts: [1, 1, 1],
  })
  await tick()
  expect(viewer.told).toHaveLength(2)
})

test('tells the last value of the topics in view, and only of those', async () => {
  const seat = desk.sit(viewer)
  seat.watchTopics()
  for (const topic of ['seen', 'unseen']) broker.publish(topic, topic)
  seat.showTopics([1])
  await tick()
  expect(viewer.told[0]?.values).toEqual([{ id: 1, bytes: 4, payload: { text: 'seen' } }])
  broker.publish('unseen')
  await tick()
  expect(viewer.told[1]?.values).toEqual([])
})

test('many topics come in portions, and a viewer that is slow gets the sum later', async () => {
  desk.sit(viewer).watchTopics()
  for (let number = 0; number < 5_000; number++) broker.publish(`t/${number}`)
  await tick()
  expect(viewer.told.map(({ added }) => added.length)).toEqual([2_000])
  viewer.isReady = false
  await tick()
  for (let times = 0; times < 10; times++) broker.publish('t/0')
  viewer.isReady = true
  await tick()
  await tick()
  expect(viewer.told.map(({ added }) => added.length)).toEqual([2_000, 2_000, 1_000])
  expect(viewer.told.flatMap(({ counts }) => counts)).toEqual([1, 11, 0])
})

test('topics that may not be received are not told, neither in the tree nor as messages', async () => {
  viewer.hidden = 'secret'
  const seat = desk.sit(viewer)
  seat.watchTopics()
  seat.watchMessages('all', ['#'])
  for (const topic of ['secret', 'open']) broker.publish(topic)
  await tick()
  expect(viewer.told[0]?.added.map(([, name]) => name)).toEqual(['open'])
  expect(viewer.messagesTold[0]?.messages.map(({ topic }) => topic)).toEqual(['open'])
})

test('when the rules have changed, everything is told anew', async () => {
  desk.sit(viewer).watchTopics()
  for (const topic of ['a', 'b']) broker.publish(topic)
  await tick()
  viewer.hidden = 'a'
  desk.recheck()
  await tick()
  expect(viewer.told[1]).toMatchObject({ isAnew: true, added: [[2, 'b', 1, clock.now() - 400, 0]] })
})

test('a message that may no longer be received is not told, though it came before', async () => {
  desk.sit(viewer).watchMessages('all', ['#'])
  for (const topic of ['a', 'b']) broker.publish(topic)
  viewer.hidden = 'a'
  desk.recheck()
  await tick()
  expect(viewer.messagesTold[0]?.messages.map(({ topic }) => topic)).toEqual(['b'])
})

test('tells messages by filters, the retained first', async () => {
  broker.publish('home/door', 'open', true)
  desk.sit(viewer).watchMessages('mine', ['home/#', 'home/+'])
  broker.publish('home/bell', 'ring')
  broker.publish('garden/gate')
  await tick()
  expect(viewer.messagesTold).toEqual([
    {
      key: 'mine',
      missed: 0,
      messages: [
        { topic: 'home/door', qos: 0, isRetained: true, bytes: 4, payload: { text: 'open' } },
        {
          ...{ topic: 'home/bell', at: clock.now() - 200, qos: 0, isRetained: false, bytes: 4 },
          payload: { text: 'ring' },
        },
      ],
    },
  ])
})

test('what is too much is left out and counted; a large payload is cut', async () => {
  desk.sit(viewer).watchMessages('all', ['#'])
  broker.publish('large', 'x'.repeat(1_000_000))
  for (let number = 0; number < 500; number++) broker.publish('small')
  await tick()
  const [event] = viewer.messagesTold
  expect(event?.missed).toBe(301)
  const [large] = event?.messages ?? []
  expect(large).toMatchObject({ bytes: 1_000_000, payload: { text: 'x'.repeat(65_536) } })
})
