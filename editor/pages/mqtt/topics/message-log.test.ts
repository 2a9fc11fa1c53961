import { expect, test } from 'vitest'
import type { MqttMessage } from '../../../api/types.ts'
import { dumpOf, MessageLog } from './message-log.ts'

const message = (text: string, more: Partial<MqttMessage> = {}): MqttMessage => ({
  ...{ topic: 'home/door', at: 0, qos: 0, isRetained: false, bytes: text.length, payload: { text } },
  ...more,
})
const texts = (log: MessageLog) => log.messages.map(({ payload }) => ('text' in payload ? payload.text : ''))

test('keeps the newest, up to a number', () => {
  const log = new MessageLog({ messages: 3, characters: 1_000 })
  log.take({ messages: ['a', 'b'].map((text) => message(text)), missed: 1 })
  log.take({ messages: ['c', 'd'].map((text) => message(text)), missed: 2 })
  expect(texts(log)).toEqual(['b', 'c', 'd'])
  expect(log.missed).toBe(3)
})

test('keeps the newest, up to a size, and one however large', () => {
  const log = new MessageLog({ messages: 100, characters: 10 })
  for (const text of ['aaaa', 'bbbb', 'cccc']) log.take({ messages: [message(text)], missed: 0 })
  expect(texts(log)).toEqual(['bbbb', 'cccc'])
  log.take({ messages: [message('x'.repeat(50))], missed: 0 })
  expect(texts(log)).toEqual(['x'.repeat(50)])
})

test('the file has a line for each message', () => {
  const log = new MessageLog({ messages: 10, characters: 1_000 })
  log.take({
    messages: [message('a\nb'), message('', { qos: 1, payload: { base64: 'AA==' }, bytes: 1 })],
    missed: 0,
  })
  expect(
    dumpOf(log.messages)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { at: '1970-01-01T00:00:00.000Z', topic: 'home/door', qos: 0, retain: false, bytes: 3, payload: 'a\nb' },
    {
      ...{ at: '1970-01-01T00:00:00.000Z', topic: 'home/door', qos: 1, retain: false, bytes: 1 },
      ...{ payload: 'AA==', encoding: 'base64' },
    },
  ])
})
