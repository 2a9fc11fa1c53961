import { expect, test } from 'vitest'
import { openBrowser } from '#rig/browser.ts'
import { command, focused, go, write } from '#rig/by-keyboard.ts'
import { OWNER, startServerProcess } from '#rig/server-process.ts'

interface Built {
  readonly id: string
  readonly name?: string
  readonly config: Record<string, unknown>
}

test('the door alarm is built and deployed by keyboard alone', { timeout: 90_000 }, async () => {
  await using server = await startServerProcess()
  await using browser = await openBrowser(server.url)
  const { page } = browser
  page.setDefaultTimeout(10_000)
  const { keyboard } = page
  const canvas = page.getByTestId('canvas')

  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await write(page, /^Name/, OWNER.name)
  await write(page, /^Password/, OWNER.password)
  await keyboard.press('Enter')
  await page.getByRole('navigation').first().waitFor()

  await command(page, 'new flow')
  await page.getByRole('dialog').waitFor()
  await write(page, /^Name/, 'Door alarm')
  await keyboard.press('Enter')
  await canvas.waitFor()
  await go(page, /^Flow: 0 nodes/, 'F6')

  const add = async (key: string, query: string, nodes: number) => {
    await keyboard.press(key)
    await page.getByRole('combobox', { name: 'Add a node' }).waitFor()
    await keyboard.type(query)
    await keyboard.press('Enter')
    await expect.poll(() => focused(page)).toMatch(new RegExp(`^Flow: ${nodes} node`))
  }
  const choose = async (field: RegExp, option: string) => {
    await go(page, field)
    await keyboard.press('Enter')
    await page.getByRole('listbox').waitFor()
    await keyboard.type(option)
    await expect.poll(() => focused(page)).toBe(option)
    await keyboard.press('Enter')
    await page.getByRole('listbox').waitFor({ state: 'detached' })
  }
  const settings = async (fill: () => Promise<void>) => {
    await keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Name')
    await fill()
    await go(page, /^Flow: /, 'Shift+F6')
  }

  await add('a', 'mqtt in', 1)
  await settings(async () => {
    await write(page, /^Name$/, 'Door')
    await write(page, /^Topic/, 'home/door/state')
    await keyboard.press('Escape')
  })
  await add('Shift+A', 'filter', 2)
  await settings(async () => {
    await choose(/^Condition$/, 'is equal to')
    await write(page, /^Value/, 'open')
  })
  // This one is wired afterwards: back to the filter, C, and the target by its name.
  await add('a', 'debounce', 3)
  await settings(async () => {
    await write(page, /^Quiet time/, '60')
    await choose(/^Unit$/, 'seconds')
  })
  await command(page, 'filter')
  await expect.poll(() => focused(page)).toMatch(/^Flow: 3 nodes/)
  await keyboard.press('c')
  await page.getByRole('combobox', { name: 'Wire “Filter” to' }).waitFor()
  await keyboard.type('debounce')
  await keyboard.press('Enter')
  await expect.poll(() => focused(page)).toMatch(/^Flow: 3 nodes, 2 wires/)
  await keyboard.press('Alt+ArrowRight')
  await add('Shift+A', 'browser notification', 4)
  await settings(() => write(page, /^Title/, 'Somebody is at the door'))

  await keyboard.press('Control+Enter')
  await page.getByText('This flow runs now').waitFor()
  const { nodes, wires } = (await server.api('GET', '/api/flows/door-alarm')).body
  expect(wires).toEqual([
    ['mqtt-in.out', 'filter.in'],
    ['filter.out', 'debounce.in'],
    ['debounce.out', 'web-push.in'],
  ])
  expect(Object.fromEntries(nodes.map(({ id, name, config }: Built) => [id, { name, ...config }]))).toEqual({
    'mqtt-in': { name: 'Door', topic: 'home/door/state' },
    filter: { conditions: [{ property: 'payload', operator: '==', value: 'open' }] },
    debounce: { quietMs: 60_000 },
    'web-push': { title: 'Somebody is at the door' },
  })
  expect(browser.complaints).toEqual([])
})
