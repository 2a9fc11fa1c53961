import { readFile } from 'node:fs/promises'
import mqtt, { type MqttClient } from 'mqtt'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIn } from '#rig/browser.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

let server: ServerProcess
let client: MqttClient
beforeAll(async () => {
  server = await startServerProcess()
  client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`)
})
afterAll(async () => {
  await client.endAsync(true)
  await server[Symbol.asyncDispose]()
})

const publish = (topic: string, payload: string | Buffer, retain = false) =>
  client.publishAsync(topic, payload, { qos: 1, retain })
const line = (page: Page, topic: string) => page.locator(`[data-topic="${topic}"]`)
/** Publishes until it is seen: the page may only be about to ask for it. */
const seenOf = (place: Locator, topic: string, payload: string | Buffer) =>
  expect
    .poll(async () => {
      await publish(topic, payload)
      return place.count()
    })
    .toBeGreaterThan(0)
const detail = (topic: string) => `/mqtt?topic=${encodeURIComponent(topic)}`

describe('the tree', () => {
  test('shows what is retained at once and what comes as it comes, and is worked by keys', async () => {
    await publish('keys/one/state', 'kept', true)
    await using browser = await signIn(server.url, '/mqtt')
    const { page } = browser
    await line(page, 'keys').waitFor()
    await publish('keys/two', 'fresh')
    await page.getByRole('searchbox').fill('keys')
    await line(page, 'keys/two').getByText('fresh').waitFor()
    await line(page, 'keys/one/state').getByTitle('retained').waitFor()
    await page.getByRole('searchbox').fill('')
    await page.getByRole('tree').focus()
    const active = page.locator('[role="treeitem"][data-active]')
    await expect
      .poll(async () => {
        await page.keyboard.press('ArrowDown')
        return active.getAttribute('data-topic')
      })
      .toBe('keys')
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter'])
      await page.keyboard.press(key)
    await page.getByRole('heading', { name: 'keys/one/state' }).waitFor()
    await page.getByRole('log').getByText('from before').waitFor()
    expect(browser.complaints).toEqual([])
  })

  test('topics and payloads that would be something else are shown as the text they are', async () => {
    const topic = 'hostile/<img src=x onerror=document.title=1>/\u202Egnirts'
    await using browser = await signIn(server.url, '/mqtt')
    const { page } = browser
    await seenOf(line(page, 'hostile'), topic, 'x')
    await page.getByRole('searchbox').fill('hostile')
    await page.getByText('⟨U+202E⟩gnirts').waitFor()
    await page.getByText('<img src=x onerror=document.title=1>').waitFor()

    await page.goto(`${server.url}${detail(topic)}`)
    await page.getByRole('heading', { name: '⟨U+202E⟩gnirts' }).waitFor()
    const shown = (text: string | RegExp) => page.locator('pre, p').getByText(text)
    const script = '<script>document.title=1</script>'
    await seenOf(shown(`${script}⟨U+202E⟩abc`), topic, `${script}\u202Eabc`)
    await page.goto(`${server.url}${detail('hostile/bytes')}`)
    await seenOf(shown('000000  00 ff 01 fe'), 'hostile/bytes', Buffer.from([0, 255, 1, 254]))
    await page.goto(`${server.url}${detail('hostile/large')}`)
    await seenOf(
      shown(/Only the first .* of 878.9 KB are shown/),
      'hostile/large',
      `{"a":"${'x'.repeat(900_000)}"}`,
    )
    expect([await page.title(), browser.complaints]).toEqual(['MQTT · Wirehouse', []])
  })
})

describe('a topic', () => {
  test('shows its messages, what has changed, and the course of a number', async () => {
    await using browser = await signIn(server.url, detail('room/climate'))
    const { page } = browser
    const log = page.getByRole('log')
    await seenOf(log, 'room/climate', 'begin')
    await page.getByRole('button', { name: 'Clear list' }).click()
    for (const temperature of [20, 21, 22])
      await publish('room/climate', JSON.stringify({ temperature, on: true }))
    const values = log.getByRole('button').filter({ hasText: 'temperature' })
    await expect.poll(() => values.count()).toBe(3)
    await page.getByRole('button', { name: 'Changes' }).click()
    await expect.poll(() => page.locator('pre').innerText()).toContain('+   "temperature": 22,')
    await page.getByRole('img', { name: 'Course of temperature: 20 to 22, last 22.' }).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await publish('room/climate', '{"temperature":30}')
    await line(page, 'room/climate').getByText('{"temperature":30}').waitFor()
    expect(await values.count()).toBe(3)
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect.poll(() => values.count()).toBe(4)
  })

  test('loses its retained message when one asks for that', async () => {
    await publish('room/lamp', 'on', true)
    await using browser = await signIn(server.url, detail('room/lamp'))
    const { page } = browser
    await page.getByRole('button', { name: 'Clear retained' }).click()
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await page.getByRole('button', { name: 'Clear retained' }).waitFor({ state: 'detached' })
    await expect.poll(async () => (await server.api('GET', '/api/mqtt/room/lamp')).status).toBe(404)
  })

  test('has a page of its own on a phone, and nothing scrolls sideways', async () => {
    await publish('phone/door', 'open', true)
    await using browser = await signIn(server.url, '/mqtt', { width: 390, height: 844 })
    const { page } = browser
    await page.getByRole('searchbox').fill('phone door')
    await line(page, 'phone/door').click()
    await page.getByRole('heading', { name: 'phone/door' }).waitFor()
    expect(await page.getByRole('tree').count()).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await page.getByRole('button', { name: 'All topics' }).click()
    await page.getByRole('tree').waitFor()
  })
})

test('what is published by the form arrives, is remembered, and can be sent again', async () => {
  const heard: string[] = []
  await client.subscribeAsync('form/#')
  client.on('message', (topic, payload) => topic.startsWith('form/') && heard.push(`${topic} ${payload}`))
  await using browser = await signIn(server.url, '/mqtt?topic=form/lamp&pane=publish')
  const { page } = browser
  const payload = page.getByRole('textbox', { name: 'Payload' })
  await payload.fill('{"on":tru')
  await page.getByText('begins like JSON, but is none').waitFor()
  await payload.fill('{"on":true}')
  await page.getByText('This is JSON.').waitFor()
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect.poll(() => heard).toEqual(['form/lamp {"on":true}'])
  await page.getByText('Published to “form/lamp”.').waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Put “form/lamp” into the form' }).click()
  await expect.poll(() => payload.inputValue()).toBe('{"on":true}')
  await payload.press('Control+Enter')
  await expect.poll(() => heard.length).toBe(2)
})

test('subscriptions stand side by side, can be hidden or alone, and go into a file', async () => {
  await using browser = await signIn(server.url, '/mqtt?pane=subscriptions')
  const { page } = browser
  for (const filter of ['side/one', 'side/+']) {
    await page.getByRole('combobox', { name: 'Topic or filter' }).fill(filter)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Subscribe' }).click()
  }
  const rows = page.getByRole('log').getByRole('button')
  const topicsShown = async () => new Set(await rows.locator('bdi:first-of-type').allInnerTexts())
  const arrive = async () => {
    await publish('side/one', '1')
    await publish('side/two', '2')
    return topicsShown()
  }
  await expect.poll(arrive, { timeout: 10_000 }).toEqual(new Set(['side/one', 'side/two']))
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Hide the messages of “side/+”' }).click()
  await expect.poll(topicsShown, { timeout: 10_000 }).toEqual(new Set(['side/one']))
  await page.getByRole('button', { name: 'Hide the messages of “side/+”' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as file' }).click(),
  ])
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ topic: 'side/one', payload: '1', qos: 1, retain: false })
  expect(new Set(lines.map((each) => JSON.parse(each).topic))).toEqual(new Set(['side/one', 'side/two']))
})

describe('a topic on the canvas', () => {
  const nodes = async (flow: string) => (await server.api('GET', `/api/flows/${flow}`)).body.nodes
  const empty = (id: string) => ({ format: 'wirehouse/flow@1', id, name: id, nodes: [], wires: [] })

  test('dragged there, it becomes a node that listens to it', async () => {
    await publish('canvas/bell', 'ring', true)
    await server.api('PUT', '/api/flows/dragged', empty('dragged'))
    await using browser = await signIn(server.url, '/flows/dragged')
    const { page } = browser
    await page.getByRole('radio', { name: 'Topics' }).click()
    await page.getByRole('searchbox').fill('canvas')
    await line(page, 'canvas/bell').dragTo(page.locator('.react-flow__pane'), {
      targetPosition: { x: 300, y: 200 },
    })
    await expect
      .poll(() => nodes('dragged'))
      .toMatchObject([{ type: 'mqtt-in', config: { topic: 'canvas/bell' } }])
  })

  test('from where it is looked at, it goes into a flow of choice', async () => {
    await server.api('PUT', '/api/flows/used', empty('used'))
    await publish('canvas/a/b', '1', true)
    await using browser = await signIn(server.url, detail('canvas/a'))
    const { page } = browser
    await page.getByText('canvas/a/b').first().waitFor()
    await page.getByRole('button', { name: 'Use in a flow' }).click()
    await page.getByRole('dialog').getByRole('combobox').click()
    await page.getByRole('option', { name: 'used' }).click()
    await page.getByRole('button', { name: 'Open the flow' }).click()
    await expect
      .poll(() => nodes('used'))
      .toMatchObject([{ type: 'mqtt-in', config: { topic: 'canvas/a/#' } }])
    expect(new URL(page.url()).search).toBe('')
  })
})

test('10,000 topics with 1,000 messages a second leave the browser free', async () => {
  let sent = 0
  const timer = setInterval(() => {
    for (let count = 0; count < 50; count++, sent++)
      client.publish(`many/floor${sent % 10}/sensor${sent % 10_000}`, JSON.stringify({ value: sent }))
  }, 50)
  try {
    await using browser = await signIn(server.url, '/mqtt')
    const { page } = browser
    await page.getByRole('button', { name: 'Open all branches' }).click()
    await page.getByRole('searchbox').fill('many')
    await expect.poll(() => line(page, 'many').innerText(), { timeout: 60_000 }).toContain('10,000 topics')
    const busy = await busyPart(page, 3_000)
    expect(await page.getByRole('treeitem').count()).toBeLessThan(100)
    // on a machine that does nothing else it is a seventh
    expect(busy).toBeLessThan(0.7)
  } finally {
    clearInterval(timer)
  }
}, 120_000)

/** Which part of the time the page's main thread was at work. */
async function busyPart(page: Page, ms: number): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
    return { work: of('TaskDuration'), at: of('Timestamp') }
  }
  const before = await read()
  await page.waitForTimeout(ms)
  const after = await read()
  return (after.work - before.work) / (after.at - before.at)
}
