import { connectAsync } from 'mqtt'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openBrowser } from '#rig/browser.ts'
import { startServerProcess } from '#rig/server-process.ts'

/** A hand whose clicks and keystrokes are counted. */
function countingHand(page: Page) {
  const count = { clicks: 0, keys: 0 }
  return {
    count,
    async click(
      name: string | RegExp,
      role: 'button' | 'combobox' | 'option' | 'textbox' = 'button',
    ): Promise<void> {
      count.clicks++
      await page.getByRole(role, { name, exact: typeof name === 'string' }).click()
    },
    async type(text: string): Promise<void> {
      count.keys += text.length
      await page.keyboard.type(text)
    },
    async press(key: string): Promise<void> {
      count.keys++
      await page.keyboard.press(key)
    },
  }
}

test('a stranger reaches a door alarm of their own within 25 clicks and 60 keystrokes', async () => {
  await using server = await startServerProcess({ withoutOwner: true })
  await using browser = await openBrowser(server.url)
  const { page } = browser
  page.setDefaultTimeout(15_000)
  const hand = countingHand(page)

  await page.getByLabel('Name').waitFor()
  await hand.type('ada') // the field has the focus
  await hand.click('Password', 'textbox')
  await hand.type('a-long-password')
  await hand.press('Enter')

  await hand.click(/Use a template/)
  await hand.click('Use “Door alarm”')
  const checklist = page.getByRole('region', { name: 'Your door alarm' })
  await checklist.getByText('0 of 5 done').waitFor()

  await hand.click('Open the door')
  await page.getByText('The alarm is raised').waitFor()
  await checklist.getByText('1 of 5 done').waitFor()

  const door = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, { reconnectPeriod: 0 })
  await door.publishAsync('zigbee2mqtt/front', '{"contact":true,"battery":97}', { qos: 1, retain: true })
  await hand.click('Topic that was seen', 'combobox')
  await hand.click('zigbee2mqtt/front', 'option')
  await hand.click('Use this door')
  await checklist.getByText('2 of 5 done').waitFor()

  await hand.click('Later')
  await hand.click('Deploy now')
  await checklist.getByText('4 of 5 done').waitFor()
  await hand.click('I have it')
  await checklist.getByText('Your door alarm is ready.').waitFor()

  const read = async (path: string) => (await page.request.get(`${server.url}/api/${path}`)).json()
  expect(await read('alarms')).toMatchObject([{ node: 'alarm', title: 'The door was opened' }])
  await door.publishAsync('zigbee2mqtt/front', '{"contact":false,"battery":97}', { qos: 1 })
  await expect
    .poll(() => read('flows/door-watch/wire-messages?wire=opened.out%20once.in').then((seen) => seen.at(-1)))
    .toMatchObject({ message: { topic: 'zigbee2mqtt/front', payload: { contact: false } } })
  await door.endAsync()

  await hand.click('Close for good')
  await checklist.waitFor({ state: 'hidden' })
  await page.reload()
  await page.locator('.react-flow__node').first().waitFor()
  expect(await checklist.count()).toBe(0)
  expect(hand.count.clicks).toBeLessThanOrEqual(25)
  expect(hand.count.keys).toBeLessThanOrEqual(60)
  expect(browser.complaints).toEqual([])
}, 60_000)
