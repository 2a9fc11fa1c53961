import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

test('a branch of the broker is recorded, and becomes a recording of a flow that listens to it', async () => {
  const ear = { id: 'ear', type: 'mqtt-in', at: [80, 80], config: { topic: 'home/#' } }
  const show = { id: 'show', type: 'debug', at: [320, 80], config: {} }
  await server.api('PUT', '/api/flows/lamp', {
    ...{ format: 'wirehouse/flow@1', id: 'lamp', name: 'Lamp' },
    ...{ nodes: [ear, show], wires: [['ear.out', 'show.in']] },
  })
  await using browser = await signIn(server.url, '/mqtt?topic=home')
  const { page } = browser
  await page.getByRole('button', { name: 'Record “home/#”' }).click()
  const stop = page.getByRole('button', { name: 'Stop recording “home/#”' })
  await stop.waitFor()
  for (const value of ['1', '2', '3']) await server.api('POST', '/api/mqtt/home/lamp', value)
  await stop.click()
  await page.getByRole('tab', { name: 'Recordings' }).click()
  await page.getByText('3 messages').waitFor()
  await page.getByRole('button', { name: 'Put “home/#” into a flow' }).click()
  await page.getByRole('button', { name: 'Put in' }).click()
  await page.getByText('is among the recordings of the flow').waitFor()
  const [recording] = (await server.api('GET', '/api/flows/lamp/recordings')).body
  const { messages } = (await server.api('GET', `/api/recordings/${recording.id}`)).body
  expect(messages.map(({ to, payload }: Record<string, unknown>) => [to, payload])).toEqual([
    ['show.in', 1],
    ['show.in', 2],
    ['show.in', 3],
  ])
  expect(browser.complaints).toEqual([])
})
