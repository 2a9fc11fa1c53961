import { expect, test } from 'vitest'
import type { MqttPacket } from '#kit/mqtt.ts'
import { TopicIndex } from './topic-index.ts'

const packet = (topic: string, payload: string | Uint8Array = 'x'): MqttPacket => ({
  topic,
  payload: Buffer.from(payload),
  qos: 0,
  retain: false,
})
const names = (index: TopicIndex) => [...index].map(({ name }) => name)

test('counts messages by topic, and keeps the beginning of the last', () => {
  const index = new TopicIndex()
  index.see(packet('home/door', 'open'), 1)
  index.see(packet('home/door', 'shut!'), 2)
  index.see(packet('home/bell'), 3)
  const [door] = index
  expect(door).toMatchObject({ name: 'home/door', count: 2, at: 2, bytes: 5 })
  expect(Buffer.from(door?.head ?? []).toString()).toBe('shut!')
  expect(index.size).toBe(2)
})

test('copies what it keeps: the bytes are others’ afterwards', () => {
  const index = new TopicIndex()
  const borrowed = packet('home/door', 'open')
  const topic = index.see(borrowed, 1)
  borrowed.payload.fill(0)
  expect(Buffer.from(topic.head).toString()).toBe('open')
})

test('tells each changed topic once', () => {
  const index = new TopicIndex()
  for (const topic of ['a', 'b', 'a']) index.see(packet(topic), 1)
  expect(index.takeChanges().changed.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(index.takeChanges().changed).toEqual([])
})

test('lets the topics go that were silent for longest when there are too many', () => {
  const index = new TopicIndex({ topics: 40, bytes: 1e9 })
  for (let at = 1; at <= 40; at++) index.see(packet(`t${at}`), at)
  index.see(packet('t1'), 41)
  index.takeChanges()
  index.see(packet('new'), 42)
  expect(index.size).toBe(39)
  expect(names(index)).toContain('t1')
  expect(names(index)).not.toContain('t2')
  expect(index.leftOut).toBe(2)
  expect(index.takeChanges().removed).toEqual([2, 3])
})

test('stays within its memory whatever is published', () => {
  const limits = { topics: 20_000, bytes: 200_000 }
  const index = new TopicIndex(limits)
  const large = Buffer.alloc(1_000_000, 'a')
  for (let number = 0; number < 3_000; number++)
    index.see(packet(`${'deep/'.repeat(90)}${number}`, large), number)
  expect(index.bytes).toBeLessThan(limits.bytes * 1.1)
  expect(index.size).toBeGreaterThan(50)
})

test('a topic may be called like anything', () => {
  const index = new TopicIndex()
  for (const topic of ['__proto__', 'constructor', '<script>', '\u202Eevil']) index.see(packet(topic), 1)
  expect(names(index)).toEqual(['__proto__', 'constructor', '<script>', '\u202Eevil'])
})
