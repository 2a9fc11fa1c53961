import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/** What nodes hold and remember, and a server that is killed. */

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-held-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

/** The state is on disk a second later. */
const WRITTEN_MS = 1_500

test('what a delay holds leaves after a kill, once and not before its time', {
  timeout: 120_000,
}, async () => {
  const holdMs = 10_000
  const sentAt = new Map<string, number>()
  const arrivals: [text: string, ms: number][] = []
  /** Its session lasts: on a busy machine the house may be up again before it. */
  const listen = async (server: ServerProcess) => {
    const client = connect(`mqtt://127.0.0.1:${server.mqttPort}`, { clientId: 'phone', clean: false })
    client.on('message', (_, payload) => {
      const text = payload.toString()
      arrivals.push([text, Date.now() - (sentAt.get(text) ?? 0)])
    })
    client.on('error', () => {}) // the server is killed
    await new Promise((resolve) => client.once('connect', resolve))
    return client
  }
  {
    await using server = await startServerProcess({ dataDir })
    const wait = node('wait', 'delay', { delayMs: holdMs })
    await deploy(server, 'held', [node('in', 'mqtt-in', { topic: 'held/in', qos: 1 }), wait, out('held/out')])
    const client = await listen(server)
    await client.subscribeAsync('held/out', { qos: 1 })
    for (let count = 1; count <= 40; count++) {
      sentAt.set(String(count), Date.now())
      await client.publishAsync('held/in', String(count), { qos: 1 })
      await pause(50)
    }
    client.end(true)
    await server.kill('SIGKILL') // some are on disk in the delay, the last ones in the inbox alone
  }
  await using server = await startServerProcess({ dataDir })
  const client = await listen(server)
  await expect.poll(() => new Set(arrivals.map(([text]) => text)).size, { timeout: 120_000 }).toBe(40)
  await client.endAsync(true)
  expect(arrivals).toHaveLength(40)
  for (const [text, ms] of arrivals) expect(ms, `message ${text}`).toBeGreaterThanOrEqual(holdMs)
})

test('functions and filters remember over a kill all but the last second', { timeout: 120_000 }, async () => {
  const count = 'const n = (state.get("n") ?? 0) + 1\nstate.set("n", n)\nreturn { payload: n }'
  const nodes = [
    node('count', 'function', { code: count }),
    node('changed', 'filter', { conditions: [{ property: 'payload', operator: 'changed' }] }),
  ]
  {
    await using server = await startServerProcess({ dataDir })
    await deploy(server, 'memory', nodes, [])
    for (let index = 0; index < 5; index++) await inject(server, 'count', index)
    await inject(server, 'changed', 'same')
    await pause(WRITTEN_MS)
    await inject(server, 'count', 5) // may be missing afterwards
    await server.kill('SIGKILL')
  }
  await using server = await startServerProcess({ dataDir })
  const shown = [node('show', 'mqtt-out', { topic: 'memory/out' })]
  await deploy(
    server,
    'memory',
    [...nodes, ...shown],
    [
      ['count.out', 'show.in'],
      ['changed.out', 'show.in'],
    ],
  )
  const got: string[] = []
  const client = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`)
  client.on('message', (_, payload) => got.push(payload.toString()))
  await client.subscribeAsync('memory/out', { qos: 1 })
  await inject(server, 'changed', 'same')
  await inject(server, 'changed', 'another')
  await inject(server, 'count', 6)
  await expect.poll(() => got, { timeout: 20_000 }).toHaveLength(2)
  await client.endAsync()
  expect(got[0]).toBe('another')
  expect(['6', '7']).toContain(got[1])
})

test('a deploy that was answered runs after a kill', { timeout: 120_000 }, async () => {
  const echo = (text: string) => [
    node('in', 'mqtt-in', { topic: 'ask', qos: 1 }),
    node('say', 'template', { template: text }),
    out('answer'),
  ]
  for (const text of ['one', 'two', 'three']) {
    await using server = await startServerProcess({ dataDir })
    await deploy(server, 'echo', echo(text))
    await server.kill('SIGKILL')
    await using again = await startServerProcess({ dataDir })
    const client = await connectAsync(`mqtt://127.0.0.1:${again.mqttPort}`)
    const answer = new Promise((resolve) =>
      client.once('message', (_, payload) => resolve(payload.toString())),
    )
    await client.subscribeAsync('answer', { qos: 1 })
    await client.publishAsync('ask', '?', { qos: 1 })
    expect(await answer).toBe(text)
    await client.endAsync()
  }
})

const node = (id: string, type: string, config: object) => ({ id, type, at: [0, 0], config })
const out = (topic: string) => node('out', 'mqtt-out', { topic, qos: 1 })

/** Deploys nodes, in a row if nothing else is said. */
async function deploy(
  server: ServerProcess,
  id: string,
  nodes: readonly ReturnType<typeof node>[],
  wires = nodes.slice(1).map((to, index) => [`${nodes[index]?.id}.out`, `${to.id}.in`]),
): Promise<void> {
  const flow = { format: 'wirehouse/flow@1', id, name: id, nodes, wires }
  expect(await server.api('PUT', `/api/flows/${id}`, flow)).toMatchObject({ body: { problems: [] } })
  expect((await server.api('POST', `/api/flows/${id}/deploy`)).status).toBe(200)
}

async function inject(server: ServerProcess, to: string, payload: unknown): Promise<void> {
  const { status } = await server.api('POST', `/api/flows/memory/nodes/${to}/inject`, { payload })
  expect(status).toBe(200)
}
