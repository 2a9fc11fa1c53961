import { expect, it } from 'vitest'
import { FakeOutbox } from '#rig/fake-outbox.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { webPush } from './definition.ts'
import { webPushRuntime } from './runtime.ts'

async function notice(
  config: Record<string, unknown> = {},
  all: Record<string, string[]> = { '': ['b1', 'b2'] },
) {
  const outbox = new FakeOutbox()
  const node = await nodeRig(webPushRuntime, {
    config,
    links: { 'web-push': { browsers: async (user: string) => all[user] ?? [] } },
    services: { outbox },
  })
  return { outbox, node }
}

it('goes to each browser by itself, and leaves once for each that has it', async () => {
  const { outbox, node } = await notice({ text: 'Open: {{ payload }}', expiresAfterMs: 60_000 })
  await node.send('in', { topic: 'gate', payload: 'yes' })
  const body = { title: 'gate', text: 'Open: yes', expiresAfterMs: 60_000 }
  expect(outbox.posts.map(({ post }) => post)).toMatchObject([
    { connection: 'web-push', target: 'b1', title: 'gate', body, expiresAfterMs: 60_000 },
    { connection: 'web-push', target: 'b2', title: 'gate', body, expiresAfterMs: 60_000 },
  ])
  await node.tell(outbox.sent(1))
  expect(node.sent).toMatchObject([{ port: 'out', message: { payload: 'Open: yes', browser: 'b2' } }])
})

it('goes to the browsers of one person', async () => {
  const { outbox, node } = await notice({ user: 'anna' }, { anna: ['a1'] })
  await node.send('in', { payload: 'x' })
  expect(outbox.posts.map(({ post }) => post.target)).toEqual(['a1'])
})

it.each([
  ['', 'WEB_PUSH_NOBODY'],
  ['anna', 'WEB_PUSH_NO_BROWSER'],
])('fails where nobody would see it: %j', async (user, code) => {
  const { node } = await notice({ user }, {})
  await expect(node.send('in', { payload: 'x' })).rejects.toMatchObject({ code })
})

it('always fits into what push services take, whatever a message holds', async () => {
  const { outbox, node } = await notice({ title: '{{ payload }}' })
  await node.send('in', { payload: '"\\\u0001\ud800\n'.repeat(2_000) })
  const body = outbox.posts[0]?.post.body as { title: string; text: string }
  const json = JSON.stringify({ ...body, tag: 'x'.repeat(32), isAlarm: false, at: 1_767_225_600_000 })
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(3_993)
  expect(node.statuses.at(-1)).toMatchObject({ state: 'warn', text: 'Cut to 1500 bytes' })
})

it('fails when nothing would be in it', async () => {
  const { node } = await notice({ text: '{{ payload.gone }}' })
  await expect(node.send('in', { payload: {} })).rejects.toMatchObject({ code: 'WEB_PUSH_EMPTY' })
})

it.each([
  [{}, []],
  [{ text: '{{' }, [['TEMPLATE_OPEN', 'text']]],
  [{ title: '{{' }, [['TEMPLATE_OPEN', 'title']]],
])('checks %j', (config, problems) => {
  expect(webPush.check?.(webPush.config.parse(config)).map(({ code, field }) => [code, field])).toEqual(
    problems,
  )
})
