import { copyFileSync, mkdirSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openBrowser } from '#rig/browser.ts'
import { OWNER, type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const door = {
  format: 'wirehouse/flow@1',
  id: 'door',
  name: 'Front door',
  nodes: [{ id: 'in', type: 'mqtt-in', at: [0, 0], config: { topic: 'home/door' } }],
  wires: [],
}
/** Less than a page. */
const SHORT = 3_000

let dataDir: string
const made: string[] = []
/** A house that has stood for some days, and was stopped. */
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-damaged-'))
  made.push(dataDir)
  const server = await startServerProcess({ dataDir })
  await server.api('PUT', '/api/flows/door', door)
  await server.kill('SIGTERM')
  mkdirSync(join(dataDir, 'backups'))
  copyFileSync(join(dataDir, 'wirehouse.db'), join(dataDir, 'backups', 'wirehouse-20260101T031000Z.db'))
})
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

const codesOf = async (server: ServerProcess) =>
  (await server.api('GET', '/api/conditions')).body.map(({ code }: { code: string }) => code)

test('a damaged database gives way to its backup, and everybody is told until the owner takes note', async () => {
  truncateSync(join(dataDir, 'wirehouse.db'), SHORT)
  await using server = await startServerProcess({ dataDir })
  expect(server.output).toContain('was damaged. The backup backups/wirehouse-20260101T031000Z.db')
  expect((await server.api('GET', '/api/flows/door')).body).toMatchObject({ name: 'Front door' })
  expect(readdirSync(dataDir).some((name) => name.startsWith('wirehouse.db.damaged-'))).toBe(true)

  await using browser = await openBrowser(server.url)
  const { page } = browser
  await page.getByLabel('Name').fill(OWNER.name)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const notice = page.getByText('what was changed since then is missing')
  await notice.waitFor()
  await page.getByRole('button', { name: 'Noted' }).click()
  await notice.waitFor({ state: 'detached' })
  expect(await codesOf(server)).toEqual([])
})

test.each([
  ['broker.db', 'HOUSE_BROKER_MEMORY_LOST'],
  ['inbox.db', 'HOUSE_INBOX_LOST'],
])(
  'a damaged %s is moved aside, and the house starts and says so, also after a restart',
  async (name, code) => {
    truncateSync(join(dataDir, name), SHORT)
    const first = await startServerProcess({ dataDir })
    expect(readdirSync(dataDir).some((one) => one.startsWith(`${name}.damaged-`))).toBe(true)
    await first.kill('SIGTERM')
    await using second = await startServerProcess({ dataDir })
    expect(await codesOf(second)).toEqual([code])
  },
)

test.each(['wirehouse.db', 'broker.db', 'inbox.db'])(
  'without a backup, a damaged %s keeps the house from starting',
  async (name) => {
    rmSync(join(dataDir, 'backups'), { recursive: true })
    truncateSync(join(dataDir, name), SHORT)
    await expect(startServerProcess({ dataDir })).rejects.toThrow(`${name} is damaged`)
  },
)
