import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { startServerProcess } from '#rig/server-process.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

const flow = {
  format: 'wirehouse/flow@1',
  id: 'bell',
  name: 'Bell',
  nodes: [{ id: 'show', type: 'debug', at: [80, 80], config: {} }],
  wires: [],
}
/** A fault that shows by SIGUSR2: an error that nobody catches. */
const fault = `data:text/javascript,process.on('SIGUSR2',()=>{throw(Error('a%20fault'))})`
const start = () => startServerProcess({ dataDir, env: { NODE_OPTIONS: `--import=${fault}` } })
/** Whether the flow takes a message. */
const runs = async (server: Awaited<ReturnType<typeof start>>) =>
  (await server.api('POST', '/api/flows/bell/nodes/show/inject', { payload: 1 })).status === 200

test('after two crashes in a row the house comes up with its editor, and starts its flows when it is told to', async () => {
  const first = await start()
  await first.api('PUT', '/api/flows/bell', flow)
  await first.api('POST', '/api/flows/bell/deploy')
  await first.kill('SIGUSR2')
  const second = await start()
  expect(await runs(second)).toBe(true)
  await second.kill('SIGUSR2')

  await using third = await start()
  expect(third.output).toContain('No flow is started now')
  expect((await third.api('GET', '/api/health')).body).toEqual({ status: 'ok' })
  expect(await runs(third)).toBe(false)
  await using browser = await signIn(third.url, '/flows')
  const { page } = browser
  await page.getByText('Not started', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Start the flow' }).click()
  await page.getByText('Running', { exact: true }).waitFor()
  expect(await runs(third)).toBe(true)
  expect(await third.kill('SIGTERM')).toBe(0)

  await using fourth = await start()
  expect(await runs(fourth)).toBe(true)
})
