import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { type BrowserOptions, signIn } from '#rig/browser.ts'
import { startFakeTelegram } from '#rig/fake-telegram.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

const TOKEN = '123456:test-token-of-the-fake'
const ANNA = { id: 4711, name: 'Anna' }

/** A house without flows in which somebody has just taken the template of the door alarm. */
async function begin(
  server: ServerProcess,
  options: BrowserOptions,
  words: readonly [RegExp, string, string],
) {
  const browser = await signIn(server.url, '/flows', options)
  const [way, template, title] = words
  await browser.page.getByRole('button', { name: way }).click()
  await browser.page.getByRole('button', { name: template }).click()
  const checklist = browser.page.getByRole('region', { name: title })
  await checklist.waitFor()
  return { browser, page: browser.page, checklist }
}

const english = [/Use a template/, 'Use “Door alarm”', 'Your door alarm'] as const
const german = [/Eine Vorlage nehmen/, '„Türalarm“ verwenden', 'Ihr Türalarm'] as const

test('a chat is paired in the checklist, with a bot made on the way, and is told when the door opens', async () => {
  await using telegram = await startFakeTelegram({ token: TOKEN })
  telegram.addChat(ANNA.id, { name: 'Anna', started: false })
  await using server = await startServerProcess({ env: { WIREHOUSE_TELEGRAM_API: telegram.root } })
  const { browser, page, checklist } = await begin(server, {}, english)
  await using _ = browser

  await checklist.getByRole('button', { name: 'Your phone' }).click()
  await checklist.getByRole('button', { name: 'Telegram' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Token').fill(TOKEN)
  await dialog.getByRole('button', { name: 'Save' }).click()
  const link = await checklist
    .getByRole('link', { name: 'Open the link on this device' })
    .getAttribute('href')
  telegram.openLink(link ?? '', ANNA.id, ANNA)
  await page.locator('.react-flow__node[data-id="phone"]').waitFor()
  await checklist.getByText('1 of 5 done').waitFor()

  await checklist.getByRole('button', { name: 'Deploy', exact: true }).click()
  await checklist.getByRole('button', { name: 'Deploy now' }).click()
  await checklist.getByText('Nothing has changed since it was deployed.').waitFor()
  await checklist.getByRole('button', { name: 'Open the simulated door' }).click()
  await checklist.getByRole('button', { name: 'Open the door' }).click()
  await telegram.until(() => telegram.texts(ANNA.id).some((text) => text.startsWith('The door was opened')))
  expect(browser.complaints).toEqual([])
}, 60_000)

/** Where something stands, in pixels of the page. */
const boxOf = async (what: Locator) => {
  const box = await what.boundingBox()
  if (!box) throw new Error(`${what} does not show`)
  return box
}
type Box = Awaited<ReturnType<typeof boxOf>>
const covers = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

test.each([
  ['1440', { width: 1440, height: 900 }, ['[data-inspector]', '[data-testid="canvas"]']],
  ['390', { width: 390, height: 844, hasTouch: true }, ['[data-testid="canvas"]', 'nav']],
] as const)(
  'the checklist covers nothing, %s wide; what the template says is German',
  async (_width, size, others) => {
    await using server = await startServerProcess()
    const { browser, page, checklist } = await begin(server, { ...size, language: 'de' }, german)
    await using _ = browser
    const unfold = checklist.getByRole('button', { name: 'Ausklappen' })
    if (await unfold.isVisible()) await unfold.click()
    await checklist.getByRole('button', { name: 'Ihre Tür' }).click()
    const own = await boxOf(checklist)
    for (const other of others)
      expect(covers(own, await boxOf(page.locator(other).first())), other).toBe(false)
    const { nodes } = (await server.api('GET', '/api/flows/door-watch')).body
    expect(nodes[1]).toMatchObject({ id: 'door', name: 'Tür', config: { topic: 'home/door/contact' } })
    expect((await server.api('GET', '/api/flows')).body).toMatchObject([{ id: 'door-watch', trusted: true }])
    expect(browser.complaints).toEqual([])
  },
)
