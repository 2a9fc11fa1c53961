import { expect, test } from 'vitest'
import { startFakeNtfy } from './fake-ntfy.ts'

const post = (address: string, body: string, headers: Record<string, string> = {}) =>
  fetch(address, { method: 'POST', body, headers })

// The examples of docs.ntfy.sh/publish.
test('takes the examples of the manual', async () => {
  await using ntfy = await startFakeNtfy()
  await post(`${ntfy.address}/mytopic`, 'Backup successful 😀')
  await post(`${ntfy.address}/phil_alerts`, 'Remote access detected.', {
    Title: 'Unauthorized access detected',
    Priority: 'max',
    Tags: 'warning,skull',
  })
  const json = {
    topic: 'mytopic',
    message: 'Disk space is low at 5.1 GB',
    title: 'Low disk space alert',
    tags: ['warning', 'cd'],
    priority: 4,
    click: 'https://homecamera.lan/xasds1h2xsSsa/',
  }
  expect((await post(ntfy.address, JSON.stringify(json))).status).toBe(200)
  expect(ntfy.shown).toMatchObject([
    { topic: 'mytopic', message: 'Backup successful 😀', priority: 3, tags: [] },
    { topic: 'phil_alerts', title: 'Unauthorized access detected', priority: 5, tags: ['warning', 'skull'] },
    json,
  ])
})

test.each([
  ['{', 400, 40024],
  ['{"topic":"a b"}', 400, 40009],
  ['{"topic":"a","priority":6}', 400, 40007],
  [JSON.stringify({ topic: 'a', message: 'x'.repeat(4_097) }), 400, 40014],
  [JSON.stringify({ topic: 'a', message: '"'.repeat(4_096) }), 413, 41303],
  [JSON.stringify({ topic: 'a', title: 'x'.repeat(1_025) }), 400, 40057],
])('refuses %.30s', async (body, status, code) => {
  await using ntfy = await startFakeNtfy()
  const response = await post(ntfy.address, body)
  expect([response.status, ((await response.json()) as { code: number }).code]).toEqual([status, code])
})

test('asks for the token', async () => {
  await using ntfy = await startFakeNtfy({ token: 'tk_1' })
  const status = async (headers: Record<string, string>) =>
    (await post(`${ntfy.address}/a`, 'x', headers)).status
  expect(await status({})).toBe(403)
  expect(await status({ Authorization: 'Bearer tk_2' })).toBe(401)
  expect(await status({ Authorization: 'Bearer tk_1' })).toBe(200)
})
