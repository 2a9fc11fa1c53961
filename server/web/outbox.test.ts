import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OutboxEntry } from '../outbox/outbox-entry.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
  rig.house.outbox = [entry]
})
afterEach(() => rig[Symbol.asyncDispose]())

const entry: OutboxEntry = {
  ...{ number: 7, flow: 'door', node: 'tell', connection: 'bot', target: '42', title: 'Door bell' },
  ...{ urgency: 'alarm', state: 'waiting', at: 5, count: 12, attempts: 3, mayBeDouble: true, nextAt: 9 },
  why: { code: 'AWAY', message: 'Telegram cannot be reached.' },
}

test('shows what waits, and why', async () => {
  const reply = await rig.call('GET /api/outbox', { as: 'viewer' })
  expect([reply.status, reply.json]).toEqual([200, [entry]])
})

test('tries a message again, and discards one in the name of who is signed in', async () => {
  const again = await rig.call('POST /api/outbox/7/retry', { as: 'editor' })
  const gone = await rig.call('DELETE /api/outbox/7', { as: 'editor' })
  expect([again.status, gone.status]).toEqual([200, 204])
  expect(rig.house.postCommands).toEqual([{ retry: 7 }, { discard: 7, by: 'editor' }])
})

test.each([
  'POST /api/outbox/8/retry',
  'DELETE /api/outbox/8',
  'POST /api/outbox/x/retry',
  'DELETE /api/outbox/-1',
])('%s answers 404', async (name) => {
  const reply = await rig.call(name)
  expect([reply.status, reply.json.code]).toEqual([404, 'POST_UNKNOWN'])
})

test('is told of in the metrics', async () => {
  const { text } = await rig.call('GET /metrics')
  expect(text.split('\n').filter((line) => line.startsWith('wirehouse_outbox'))).toEqual([
    'wirehouse_outbox_posts{state="waiting"} 3',
    'wirehouse_outbox_posts{state="sending"} 1',
    'wirehouse_outbox_bytes 400',
    'wirehouse_outbox_oldest_seconds 12.5',
    'wirehouse_outbox_news 2',
    'wirehouse_outbox_refused 0',
    'wirehouse_outbox_sent_total 7',
    'wirehouse_outbox_failed_total 1',
    'wirehouse_outbox_retries_total 5',
  ])
})
