import { describe, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { startServerProcess } from '#rig/server-process.ts'
import { mosquitto, mosquittoPeer } from '../../server/bridges/rig/mosquitto-peer.ts'

describe.skipIf(!mosquitto)('the view of bridges', () => {
  test('a bridge is made, tried, seen at work, and deleted', async () => {
    await using server = await startServerProcess()
    await using peer = await mosquittoPeer()
    await using browser = await signIn(server.url, '/connections')
    const { page } = browser
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    await page.getByRole('navigation').first().getByRole('link', { name: 'MQTT' }).click()
    await page.getByRole('tab', { name: 'Bridges' }).click()
    await press('Add a bridge')
    await page.getByLabel('Name').fill('Garage')
    await press('New connection')
    await page.getByLabel('Host').fill('127.0.0.1')
    await page.getByLabel('Port').fill(String(peer.port))
    await page.getByRole('dialog').last().getByRole('button', { name: 'Save' }).click()
    await page.getByRole('radio', { name: 'Both ways' }).click()
    await page.getByLabel('Filter').fill('home/#')
    await page.getByLabel('Prefix there').fill('haus/')
    const preview = page.getByRole('group', { name: 'Line 1' })
    await expect.poll(() => preview.innerText()).toContain('haus/home/x there')
    await press('Try it')
    await page.getByText('It answers, by MQTT 5.').waitFor()
    await press('Save')
    const row = page.getByRole('listitem').filter({ hasText: 'Garage' })
    await row.getByText('Connected').waitFor()
    const there = await peer.connect()
    await there.mqtt.publishAsync('haus/home/door', 'open', { qos: 1 })
    await row.getByText('1 received').waitFor()
    await press('What to do with Garage')
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await press('Delete')
    await page.getByText('No bridge yet').waitFor()
    expect(browser.complaints).toEqual([])
  })
})
