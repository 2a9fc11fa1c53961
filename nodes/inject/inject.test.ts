import { expect, it } from 'vitest'
import { nodeRig } from '#rig/node-rig.ts'
import { inject } from './definition.ts'
import { injectRuntime } from './runtime.ts'

const HOUR = 3_600_000
const rig = (config: Record<string, unknown>) => nodeRig(injectRuntime, { config })

it.each([
  [{ payload: { on: true } }, { on: true }],
  [{ payload: '21.5', payloadType: 'number' }, 21.5],
  [{ payload: 21.5, payloadType: 'text' }, '21.5'],
  [{}, Date.UTC(2026, 0, 1)],
] as const)('sends what %j says when its button is pressed', async (config, payload) => {
  const node = await rig({ ...config, topic: 't' })
  await node.poke()
  expect(node.sent.map(({ message }) => [message.topic, message.payload])).toEqual([['t', payload]])
})

it('sends what a person pokes into it', async () => {
  const node = await rig({ payload: 1, topic: 't' })
  await node.poke({ payload: 2 })
  expect(node.sent[0]?.message).toMatchObject({ topic: 't', payload: 2 })
})

it('sends at the start and at intervals, and does not wait for what comes of it', async () => {
  const node = await nodeRig(injectRuntime, {
    config: { onStart: true, everyMs: 1_000, payload: 1 },
    downstream: () => new Promise(() => {}),
  })
  await node.clock.advance(3_000)
  expect(node.out).toEqual([1, 1, 1, 1])
})

it('goes on after what it sent has failed', async () => {
  const node = await nodeRig(injectRuntime, {
    config: { everyMs: 1_000 },
    downstream: () => Promise.reject(new Error('no')),
  })
  await node.clock.advance(3_000)
  expect(node.out).toHaveLength(3)
})

it('follows a cron expression in its time zone', async () => {
  const node = await rig({ cron: '30 7 * * *', timeZone: 'Europe/Berlin' })
  await node.clock.advance(48 * HOUR)
  expect(node.out).toEqual([Date.UTC(2026, 0, 1, 6, 30), Date.UTC(2026, 0, 2, 6, 30)])
})

it('sends at a time of day on the chosen weekdays', async () => {
  const node = await rig({ atTime: '07:30', weekdays: ['mon', 'sat'], timeZone: 'UTC' })
  await node.clock.advance(7 * 24 * HOUR)
  expect(node.out).toEqual([Date.UTC(2026, 0, 3, 7, 30), Date.UTC(2026, 0, 5, 7, 30)])
})

it('does not start with a cron expression that cannot be read', async () => {
  await expect(rig({ cron: '99 * * * *' })).rejects.toMatchObject({
    code: 'INJECT_CRON_UNREADABLE',
    message: 'The cron expression "99 * * * *" cannot be read: "99" is no minute.',
    field: 'cron',
  })
})

it.each([
  [{ payloadType: 'number', payload: 'warm' }, 'INJECT_NUMBER'],
  [{ payloadType: 'number', payload: { toString: 'no' } }, 'INJECT_NUMBER'],
  [{ timeZone: 'Mars' }, 'INJECT_TIME_ZONE'],
  [{ cron: 'daily' }, 'INJECT_CRON'],
  [{ everyMs: 5 }, 'INJECT_TOO_OFTEN'],
])('finds what is wrong with %j', (config, code) => {
  expect(inject.check?.(inject.config.parse(config)).map((problem) => problem.code)).toEqual([code])
})
