import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/** As express says it with all the types that there are. */
const typeOf: (extension: string) => string | false = createRequire(import.meta.url)('mime-types').contentType
const built = join(import.meta.dirname, '../../dist/editor')

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

/** How a file comes to a browser that takes brotli. */
async function headersOf(path: string) {
  const { status, headers } = await fetch(server.url + path, { headers: { 'accept-encoding': 'gzip, br' } })
  return [status, headers.get('cache-control'), headers.get('content-encoding')]
}

test('every file with a hash in its name is kept for ever, and scripts and styles come packed', async () => {
  const names = (await readdir(join(built, 'assets'))).filter((name) => !/\.(br|gz)$/.test(name))
  const packed = new Set((await readdir(join(built, 'assets'))).filter((name) => name.endsWith('.br')))
  expect(packed.size).toBeGreaterThan(50)
  const wrong = []
  for (const name of names) {
    const encoding = packed.has(`${name}.br`) ? 'br' : null
    const found = await headersOf(`/assets/${name}`)
    if (found.join() !== [200, 'public, max-age=31536000, immutable', encoding].join()) wrong.push(name)
  }
  expect(wrong).toEqual([])
})

test('every file comes as what it is: its extension is one of those that the built server knows', async () => {
  const files = (await readdir(built, { recursive: true })).filter((name) => extname(name) !== '')
  const named = new Map(files.filter((name) => !/\.(br|gz)$/.test(name)).map((name) => [extname(name), name]))
  expect([...named.keys()]).toEqual(
    expect.arrayContaining(['.html', '.js', '.css', '.woff2', '.webmanifest']),
  )
  for (const [extension, name] of named) {
    const { headers } = await fetch(`${server.url}/${name}`)
    expect([name, headers.get('content-type')]).toEqual([name, typeOf(extension)])
  }
})

test.each(['/', '/worker.js', '/shell-files.js', '/app.webmanifest', '/icons/icon-192.png'])(
  '%s is asked for anew each time, so that an update is seen',
  async (path) => {
    const [status, cacheControl] = await headersOf(path)
    expect([status, cacheControl]).toEqual([200, 'no-cache'])
  },
)

test('language and colours change at once, in the settings and by command, without a reload', async () => {
  await using browser = await signIn(server.url, '/settings')
  const { page } = browser
  await page.evaluate(() => Object.assign(window, { isSamePage: true }))
  await page.getByText('Deutsch', { exact: true }).click()
  await page.getByRole('heading', { name: 'Einstellungen' }).waitFor()
  await page.getByText('Dunkel', { exact: true }).click()
  await page.locator('html[data-theme="dark"][lang="de"]').waitFor({ state: 'attached' })
  for (const command of ['Helle Farben', 'Auf Englisch umstellen']) {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill(command)
    await page.getByRole('option', { name: command }).first().click()
  }
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.locator('html[data-theme="light"][lang="en"]').waitFor({ state: 'attached' })
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true)
})
