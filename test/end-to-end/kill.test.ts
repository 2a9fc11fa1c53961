import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/**
 * README, "What a power cut may cost": the server is killed in the midst of its work, again and again on
 * the same data; whatever it had confirmed is there afterwards. TEST_KILLS says how often.
 */

const ROUNDS = Number(process.env['TEST_KILLS'] ?? 3)
const FLOWS = ['door', 'kitchen', 'cellar']
/** Confirmations of one kind in a round, at most. */
const MOST = 200
const SERIES = 'kitchen/scale'

/** What the server has confirmed so far. */
const confirmed = {
  /** By flow: the count in its newest confirmed draft, and its newest confirmed revision. */
  drafts: new Map<string, number>(),
  revisions: new Map<string, number>(),
  retained: 0,
  published: new Set<string>(),
}
/** What the persistent subscriber got. */
const received = new Set<string>()

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-kill-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

test('the history is written down when the server stops', async () => {
  await using server = await startServerProcess({ dataDir })
  const nodes = [{ id: 'w', type: 'timeseries-write', at: [0, 0], config: { series: SERIES } }]
  await server.api('PUT', '/api/flows/log', { ...drawing('log', 0), nodes, wires: [] })
  await server.api('POST', '/api/flows/log/deploy')
  for (const payload of [1, 2, 3]) {
    const answer = await server.api('POST', '/api/flows/log/nodes/w/inject', { payload })
    expect(answer.status).toBe(200)
  }
  expect(await server.kill('SIGTERM')).toBe(0)
})

test.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
  'kill %i costs nothing that was confirmed',
  async (round) => {
    await using server = await startServerProcess({ dataDir })
    const subscriber = await subscribePersistently(server)
    await workUntilKilled(server, round)
    subscriber.end(true)
    await using again = await startServerProcess({ dataDir })
    await expectWhatWasConfirmed(again)
  },
)

async function workUntilKilled(server: ServerProcess, round: number): Promise<void> {
  const publisher = await connectTo(server, {})
  const last = 20 + Math.floor(Math.random() * MOST)
  let left = last
  const confirm = (): void => {
    if (--left === 0) server.process.kill('SIGKILL')
  }
  const ended = new Promise((resolve) => server.process.once('exit', resolve))
  const work = [
    ...FLOWS.map((id) => saveAndDeploy(server, id, round, confirm)),
    ...['a', 'b', 'c', 'd'].map((name) => publish(publisher, `${round} ${name}`, confirm)),
    retain(publisher, confirm),
  ]
  await ended
  publisher.end(true)
  await Promise.all(work)
}

async function saveAndDeploy(
  server: ServerProcess,
  id: string,
  round: number,
  confirm: () => void,
): Promise<void> {
  for (let count = round * 10_000; ; count++) {
    const saved = await unlessGone(server.api('PUT', `/api/flows/${id}`, drawing(id, count)))
    if (!saved) return
    expect(saved.status).toBeLessThan(300)
    confirmed.drafts.set(id, count)
    confirm()
    const deployed = await unlessGone(server.api('POST', `/api/flows/${id}/deploy`))
    if (!deployed) return
    expect(deployed.status).toBe(200)
    confirmed.revisions.set(id, count)
    confirm()
  }
}

async function publish(client: MqttClient, name: string, confirm: () => void): Promise<void> {
  for (let count = 0; count < MOST; count++) {
    const payload = `${name} ${count}`
    if (!(await unlessGone(client.publishAsync('bell', payload, { qos: 1 })))) return
    confirmed.published.add(payload)
    confirm()
  }
}

async function retain(client: MqttClient, confirm: () => void): Promise<void> {
  for (let count = 0; count < MOST; count++) {
    const next = confirmed.retained + 1
    if (!(await unlessGone(client.publishAsync('lamp', String(next), { qos: 1, retain: true })))) return
    confirmed.retained = next
    confirm()
  }
}

async function expectWhatWasConfirmed(server: ServerProcess): Promise<void> {
  for (const [id, count] of confirmed.drafts) {
    expect(countOf((await server.api('GET', `/api/flows/${id}`)).body)).toBeGreaterThanOrEqual(count)
  }
  const flows: { id: string; running?: number }[] = (await server.api('GET', '/api/flows')).body
  for (const [id, count] of confirmed.revisions) {
    const number = flows.find((flow) => flow.id === id)?.running
    const revision = await server.api('GET', `/api/flows/${id}/revisions/${number}`)
    expect(countOf(revision.body)).toBeGreaterThanOrEqual(count)
    expect((await server.api('POST', `/api/flows/${id}/nodes/in/inject`, { payload: 1 })).status).toBe(200)
  }
  expect(Number((await server.api('GET', '/api/mqtt/lamp')).body)).toBeGreaterThanOrEqual(confirmed.retained)
  const points = await server.api('GET', `/api/series/${SERIES}/points`)
  expect(points.body.map(({ value }: { value: number }) => value)).toEqual([1, 2, 3])
  const subscriber = await subscribePersistently(server)
  await expect.poll(() => [...confirmed.published].filter((payload) => !received.has(payload))).toEqual([])
  await subscriber.endAsync()
}

async function subscribePersistently(server: ServerProcess): Promise<MqttClient> {
  const client = await connectTo(server, { clientId: 'phone', clean: false }, (payload) =>
    received.add(payload),
  )
  await client.subscribeAsync('bell', { qos: 1 })
  return client
}

async function connectTo(
  server: ServerProcess,
  options: { clientId?: string; clean?: boolean },
  onMessage: (payload: string) => void = () => {},
): Promise<MqttClient> {
  const url = `mqtt://127.0.0.1:${server.mqttPort}`
  const client = connect(url, { ...options, reconnectPeriod: 0 })
  client.on('message', (_topic, payload) => onMessage(payload.toString()))
  client.on('error', () => {}) // the server is about to be killed
  await new Promise((resolve) => client.once('connect', resolve))
  return client
}

/** What an answer was, or nothing if the server was killed before. */
async function unlessGone<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
    return undefined
  }
}

const drawing = (id: string, count: number) => ({
  format: 'wirehouse/flow@1',
  id,
  name: id,
  description: String(count),
  nodes: [
    { id: 'in', type: 'mqtt-in', at: [0, 0], config: { topic: `${id}/in`, qos: 1 } },
    { id: 'd', type: 'debounce', at: [0, 0], config: { quietMs: 1 + count } },
    { id: 'out', type: 'mqtt-out', at: [0, 0], config: { topic: `${id}/out`, qos: 1 } },
  ],
  wires: [['in.out', 'out.in']],
})

const countOf = (flow: { description: string }): number => Number(flow.description)
