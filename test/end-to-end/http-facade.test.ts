import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/** What design.md, section 7, promises to devices that only speak HTTP, seen by curl. */

const DEVICE = { name: 'meter', role: 'device', password: 'a-long-password' }
/** How often the server is killed; TEST_KILLS says otherwise. */
const ROUNDS = Number(process.env['TEST_KILLS'] ?? 3)
const run = promisify(execFile)
const pause = promisify(setTimeout)

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-http-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

interface Answer {
  readonly status: number
  readonly headers: string
  readonly body: string
}

/** Signs in with name and password; status 0 if the server was gone. */
async function curl(server: ServerProcess, path: string, ...args: readonly string[]): Promise<Answer> {
  const login = ['-u', `${DEVICE.name}:${DEVICE.password}`]
  const { stdout } = await run('curl', ['-s', '-i', ...login, ...args, server.url + path]).catch(() => ({
    stdout: '',
  }))
  const [headers = '', body = ''] = stdout.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(headers)?.[1] ?? 0), headers, body }
}

const isReplayed = ({ headers }: Answer) => /^idempotent-replayed: true/im.test(headers)

test('curl publishes, reads and clears, and is told clearly why not', async () => {
  await using server = await startServerProcess({ dataDir })
  await server.api('POST', '/api/users', DEVICE)
  expect((await curl(server, '/api/mqtt/a', '-d', 'on')).body).toBe('{"topic":"a","qos":1,"retain":false}')
  expect((await curl(server, '/api/mqtt/a?qos=0', '-d', 'on')).status).toBe(202)
  expect((await curl(server, '/api/mqtt/a')).status).toBe(404)
  expect((await curl(server, '/api/mqtt/a', '-X', 'PUT', '-d', '21.5')).status).toBe(200)
  const read = await curl(server, '/api/mqtt/a')
  expect([read.status, read.body]).toEqual([200, '21.5'])
  const tag = /^etag: (.*)$/im.exec(read.headers)?.[1]?.trim() ?? ''
  expect((await curl(server, '/api/mqtt/a', '-H', `If-None-Match: ${tag}`)).status).toBe(304)
  expect((await curl(server, '/api/mqtt/a', '-I')).status).toBe(200)
  expect((await curl(server, '/api/mqtt/a', '-X', 'DELETE')).status).toBe(204)
  expect((await curl(server, '/api/mqtt/a/%2B', '-d', 'on')).status).toBe(400)
  expect((await curl(server, '/api/mqtt/a', '-d', 'on', '-u', 'meter:wrong')).status).toBe(401)
  expect((await curl(server, '/api/mqtt/$SYS/x', '-d', 'on')).status).toBe(400)
})

test('under its key, a message goes out once, also when it comes again after a restart', async () => {
  const send = (server: ServerProcess, text: string) =>
    curl(server, '/api/mqtt/once', '-d', text, '-H', 'Idempotency-Key: first')
  {
    await using server = await startServerProcess({ dataDir })
    const answers = [await send(server, 'on'), await send(server, 'on')]
    expect(answers.map(isReplayed)).toEqual([false, true])
    expect((await send(server, 'off')).status).toBe(422)
    await server.kill('SIGKILL')
  }
  await using server = await startServerProcess({ dataDir })
  expect(isReplayed(await send(server, 'on'))).toBe(true)
})

test('a server that is killed again and again loses nothing that is sent until it is answered', async () => {
  const received = new Map<string, number>()
  const answered: string[] = []
  let next = 0
  for (let round = 0; round < ROUNDS; round++) {
    await using server = await startServerProcess({ dataDir })
    const subscriber = await subscribe(server, received)
    for (const key of answered.slice(-5)) expect(isReplayed(await send(server, key))).toBe(true)
    const goal = answered.length + 5
    let killed: Promise<unknown> | undefined
    // the one that got no answer comes again in the next round, under its key
    for (let isThere = true; isThere; ) {
      if (answered.length >= goal) killed ??= pause(round * 5).then(() => server.kill('SIGKILL'))
      isThere = (await send(server, `k${next}`)).status === 200
      if (isThere) answered.push(`k${next++}`)
    }
    await killed
    subscriber.end(true)
  }
  await using server = await startServerProcess({ dataDir })
  const subscriber = await subscribe(server, received)
  expect((await send(server, `k${next}`)).status).toBe(200)
  const all = [...answered, `k${next}`]
  await expect.poll(() => all.filter((key) => !received.has(key)), { timeout: 10_000 }).toEqual([])
  // only what the kill left without an answer may have gone out twice
  expect([...received.values()].filter((count) => count > 1).length).toBeLessThanOrEqual(ROUNDS)
  subscriber.end(true)
})

const send = (server: ServerProcess, key: string): Promise<Answer> =>
  curl(server, '/api/mqtt/kept', '-d', key, '-H', `Idempotency-Key: ${key}`)

/** Counts what was published, not what the broker had to deliver again. */
async function subscribe(server: ServerProcess, received: Map<string, number>): Promise<MqttClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${server.mqttPort}`, {
    clientId: 'reader',
    clean: false,
    reconnectPeriod: 0,
  })
  client.on('error', () => {})
  client.on('message', (_topic, payload, { dup }) => {
    const key = String(payload)
    const before = received.get(key) ?? 0
    received.set(key, dup ? Math.max(1, before) : before + 1)
  })
  await new Promise((resolve) => client.once('connect', resolve))
  await client.subscribeAsync('kept', { qos: 1 })
  return client
}
