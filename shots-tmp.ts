import { signIn } from '#rig/browser.ts'
import { startServerProcess } from '#rig/server-process.ts'

const server = await startServerProcess()
const only = process.argv[2]
const flow = (id: string, name: string, title: string, config: object) => ({
  format: 'wirehouse/flow@1',
  id,
  name,
  nodes: [{ id: 'alarm', type: 'alarm', at: [80, 80], config: { title, key: '{{ topic }}', ...config } }],
  wires: [],
})
await server.api(
  'PUT',
  '/api/flows/door',
  flow('door', 'Door alarm with escalation', '🔔 Somebody is at the door', { steps: [0, 120000, 300000] }),
)
await server.api(
  'PUT',
  '/api/flows/water',
  flow('water', 'Water in the cellar', 'Water in the {{ topic }}: {{ payload }}', { steps: [0] }),
)
for (const id of ['door', 'water']) await server.api('POST', `/api/flows/${id}/deploy`, {})
const raise = (id: string, topic: string, payload: unknown, port = 'in') =>
  server.api('POST', `/api/flows/${id}/nodes/alarm/inject`, { port, topic, payload })
await raise('water', 'garage', 'old', 'in')
await raise('water', 'attic', 'old', 'in')
let list = (await server.api('GET', '/api/alarms')).body
for (const { id, title } of list) {
  if (title.includes('attic')) await server.api('POST', `/api/alarms/${id}/acknowledge`)
  await server.api('POST', `/api/alarms/${id}/close`)
}
for (let n = 0; n < 12; n++) await raise('door', 'home/door/bell', 'ring')
await raise(
  'water',
  'cellar',
  'the sensor below the washing machine says that it stands in water up to its neck',
)
await raise('door', 'home/garden/gate', 'ring')
await raise('water', 'laundry', '12 mm')
list = (await server.api('GET', '/api/alarms?state=open')).body
const by = (text: string) => list.find((one: { title: string }) => one.title.includes(text)).id
await server.api('POST', `/api/alarms/${by('laundry')}/acknowledge`)
await server.api('POST', `/api/alarms/${by('cellar')}/quiet`)
const now = Date.now()
const base = {
  flow: 'door',
  node: 'owner',
  connection: 'house-bot',
  urgency: 'normal',
  count: 1,
  attempts: 0,
  mayBeDouble: false,
}
const outbox = [
  {
    ...base,
    number: 7,
    target: 'Anna',
    title: '🔔 Somebody is at the door (18:02)',
    urgency: 'alarm',
    state: 'sending',
    at: now - 3000,
    attempts: 1,
  },
  {
    ...base,
    number: 8,
    target: 'Anna',
    title: '🔔 Somebody is at the door',
    urgency: 'alarm',
    state: 'waiting',
    at: now - 200000,
    attempts: 4,
    count: 12,
    mayBeDouble: true,
    nextAt: now + 24000,
    why: {
      code: 'TELEGRAM_AWAY',
      message: 'Telegram does not answer: the network of this house has no way to api.telegram.org.',
    },
  },
  {
    ...base,
    number: 9,
    flow: 'water',
    target: 'family@example.org',
    connection: 'mail',
    title: 'Digest of the night: 14 readings over the limit',
    state: 'waiting',
    at: now - 100000,
    why: { code: 'POST_IN_LINE', message: 'It waits for those before it.' },
  },
  {
    ...base,
    number: 5,
    flow: 'water',
    target: '-1001234567890',
    title: 'Water in the cellar',
    state: 'failed',
    at: now - 4000000,
    attempts: 1,
    doneAt: now - 3990000,
    why: {
      code: 'TELEGRAM_BLOCKED',
      message: 'The bot was removed from this group. Add it again, and send this once more.',
    },
  },
  {
    ...base,
    number: 4,
    target: 'Anna',
    title: 'All doors are closed',
    state: 'sent',
    at: now - 5000000,
    doneAt: now - 4999000,
    attempts: 1,
  },
  {
    ...base,
    number: 3,
    target: 'Ben',
    title: 'Good morning: 7 °C, no rain until noon',
    state: 'sent',
    at: now - 50000000,
    doneAt: now - 50000000,
    attempts: 1,
  },
]
const path = [
  { node: 'bell', name: 'Door bell' },
  { node: 'once', name: 'At most once in 5 s' },
  { node: 'fn', name: 'Translate' },
]
const letters = {
  rules: { door: 'hourly', water: 'keep' },
  letters: [
    {
      id: 3,
      flow: 'door',
      node: 'bell',
      topic: 'home/door/bell',
      preview: '{"id":"b-1714","type":"ring","ts":1732222222}',
      error: {
        code: 'X',
        message: 'The function threw in line 3: Cannot read properties of undefined (reading "type").',
      },
      path,
      attempts: 3,
      at: now - 60000,
      triedAt: now,
      isRetrying: false,
    },
    {
      id: 2,
      flow: 'door',
      node: 'bell',
      topic: 'home/door/bell',
      preview: '',
      error: { code: 'X', message: 'The function threw in line 3.' },
      path: path.slice(2),
      attempts: 3,
      at: now - 90000000,
      triedAt: now,
      isRetrying: true,
    },
    {
      id: 1,
      flow: 'water',
      node: 'in',
      topic: null,
      preview: 'wet',
      error: {
        code: 'TELEGRAM_EMPTY',
        message: 'The text came out empty, and Telegram takes no empty message.',
      },
      path: path.slice(0, 1),
      attempts: 4,
      at: now - 60000,
      triedAt: now,
      isRetrying: false,
    },
  ],
}
const looks = [
  { width: 1440, height: 900, colorScheme: 'light', language: 'en' },
  { width: 390, height: 844, colorScheme: 'dark', language: 'de' },
  { width: 390, height: 844, colorScheme: 'light', language: 'en' },
  { width: 1440, height: 900, colorScheme: 'dark', language: 'de' },
] as const
for (const look of looks) {
  const { page, complaints, ...browser } = await signIn(server.url, '/flows', look)
  page.on('console', (m) => m.type() === 'error' && console.log(m.text()))
  for (const empty of [false, true]) {
    await page.unrouteAll()
    await page.route('**/api/outbox', (route) => route.fulfill({ json: empty ? [] : outbox }))
    await page.route('**/api/dead-letters', (route) =>
      route.fulfill({ json: empty ? { letters: [], rules: {} } : letters }),
    )
    if (empty) await page.route('**/api/alarms*', (route) => route.fulfill({ json: [] }))
    for (const show of ['alarms', 'outbox', 'letters']) {
      await page.goto(`${server.url}/alarms?show=${show}`)
      await page.waitForLoadState('networkidle')
      await page.waitForTimeout(400)
      const wide = await page.evaluate(() => {
        const c = document.querySelector('main')!
        return [...c.querySelectorAll('*')]
          .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
          .map((e) => e.className)
          .slice(0, 5)
      })
      if (wide.length) console.log('too wide', look.width, show, wide)
      await page.screenshot({
        path: `/tmp/w/alarms-shots/${look.width}-${look.colorScheme}-${show}${empty ? '-empty' : ''}.png`,
        fullPage: true,
      })
    }
  }
  if (complaints.length) console.log(complaints)
  await browser[Symbol.asyncDispose]()
}
await server[Symbol.asyncDispose]()
