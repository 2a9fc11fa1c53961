import { statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type MqttClient } from 'mqtt'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { type Deed, readJournal } from './journal.ts'
import { KeepAliveClient } from './keep-alive-client.ts'
import { type Asked, type Confirmed, findPromises, type Promised } from './promises.ts'
import { recorderFor } from './recorder.ts'

export interface Recording {
  readonly deeds: readonly Deed[]
  readonly promised: readonly Promised[]
  /** Index of the deed with which the load began. */
  readonly loadedFrom: number
}

export const PHONES = ['ada', 'ben', 'cem'] as const
/** The broker keeps a thousand for a phone that is away. */
const MOST_MESSAGES = 450
/** Messages of one publisher that wait for their acknowledgement. */
const IN_FLIGHT = 5
const HELD_MS = 300
const AT_REST_MS = 400

/**
 * A new house at work, recorded below SQLite: guaranteed messages through flows that hold them for a while to
 * phones that are away, drafts, deploys, connections, users, tokens, and a retained message. Half way it is
 * stopped and started again; it ends without a farewell.
 */
export async function recordHouse(options: {
  readonly dataDir: string
  readonly build: string
  readonly seconds: number
  readonly env?: Readonly<Record<string, string>>
}): Promise<Recording> {
  const { dataDir, build, seconds } = options
  const recorder = recorderFor(build, dataDir)
  const env = { ...options.env, ...recorder.env, WIREHOUSE_LOG_LEVEL: 'warn' }
  const asked: Asked[] = []
  const first = await startServerProcess({ dataDir, env })
  for (const phone of PHONES) await furnish(first, phone, asked)
  const loadedFrom = readJournal(recorder.journal).length
  await work(first, asked, seconds / 2, 0)
  await first.kill('SIGTERM')
  const second = await startServerProcess({ dataDir, env })
  await work(second, asked, seconds / 2, 10_000)
  await untilAtRest(recorder.journal)
  await second.kill('SIGKILL')
  const deeds = readJournal(recorder.journal)
  return { deeds, promised: findPromises(deeds, asked), loadedFrom }
}

/** A write that is under way when the process dies may be done and not recorded. */
async function untilAtRest(journal: string): Promise<void> {
  for (let before = -1; before !== statSync(journal).size; await pause(AT_REST_MS))
    before = statSync(journal).size
}

/** Counts from `base`. */
async function work(server: ServerProcess, asked: Asked[], seconds: number, base: number): Promise<void> {
  const load: Load = { server, asked, base, end: performance.now() + seconds * 1_000 }
  await Promise.all([
    ...PHONES.map((phone) => publish(load, `home/${phone}/bell`, (count) => messageTo(phone, count))),
    publish(load, 'home/lamp', (count) => ({ kind: 'retained', count })),
    askAgainAndAgain(load, draftsAndDeploys('kitchen')),
    askAgainAndAgain(load, draftsAndDeploys('cellar')),
    askAgainAndAgain(load, usersAndSecrets),
  ])
}

interface Load {
  readonly server: ServerProcess
  readonly asked: Asked[]
  readonly base: number
  readonly end: number
}

const messageTo = (phone: string, count: number): Confirmed => ({
  kind: 'message',
  phone,
  text: `ring ${count}`,
})

/** What a publisher sends to have this confirmed. */
const payloadOf = (confirmed: Confirmed): string =>
  confirmed.kind === 'message' ? confirmed.text : confirmed.kind === 'retained' ? String(confirmed.count) : ''

/** The flow that rings a phone, and the phone's session. */
async function furnish(server: ServerProcess, phone: string, asked: Asked[]): Promise<void> {
  using client = new KeepAliveClient(server.url)
  await client.signIn()
  asked.push({ over: 'http', port: client.port, confirmed: undefined })
  for (const [method, path, body] of [
    ['PUT', `/api/flows/${phone}`, ringing(phone)],
    ['POST', `/api/flows/${phone}/deploy`, undefined],
  ] as const) {
    const { status } = await client.ask(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path} is answered with ${status}.`)
    asked.push({
      over: 'http',
      port: client.port,
      confirmed: { kind: method === 'PUT' ? 'draft' : 'deploy', id: phone, count: 0 },
    })
  }
  const session = await connectTo(server, { clientId: `phone-${phone}`, clean: false })
  await session.subscribeAsync(`home/${phone}/phone`, { qos: 1 })
  await session.endAsync()
}

async function publish(
  { server, asked, base, end }: Load,
  topic: string,
  toConfirm: (count: number) => Confirmed,
): Promise<void> {
  const client = await connectTo(server, {})
  const port = portOf(client)
  let count = base
  const one = async (): Promise<void> => {
    while (performance.now() < end && count < base + MOST_MESSAGES) {
      const confirmed = toConfirm(++count)
      const done = client.publishAsync(topic, payloadOf(confirmed), {
        qos: 1,
        retain: confirmed.kind === 'retained',
      })
      asked.push({ over: 'mqtt', port, packetId: client.getLastMessageId(), confirmed })
      await done
      await pause(Math.random() * 60)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  client.end(true)
}

interface Request {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly confirms: (answer: unknown) => Confirmed
}

async function askAgainAndAgain(
  { server, asked, base, end }: Load,
  requests: (count: number) => readonly Request[],
): Promise<void> {
  using client = new KeepAliveClient(server.url)
  await client.signIn()
  asked.push({ over: 'http', port: client.port, confirmed: undefined })
  for (let count = base + 1; performance.now() < end; count++)
    for (const { method, path, body, confirms } of requests(count)) {
      const answer = await client.ask(method, path, body)
      if (answer.status >= 300)
        throw new Error(`${method} ${path} is answered with ${answer.status}: ${JSON.stringify(answer.body)}`)
      asked.push({ over: 'http', port: client.port, confirmed: confirms(answer.body) })
      await pause(20)
    }
}

const draftsAndDeploys =
  (id: string) =>
  (count: number): readonly Request[] => [
    {
      method: 'PUT',
      path: `/api/flows/${id}`,
      body: { ...ringing(id), description: String(count) },
      confirms: () => ({ kind: 'draft', id, count }),
    },
    { method: 'POST', path: `/api/flows/${id}/deploy`, confirms: () => ({ kind: 'deploy', id, count }) },
  ]

const usersAndSecrets = (count: number): readonly Request[] => [
  {
    method: 'POST',
    path: '/api/users',
    body: { name: `guest ${count}`, role: 'viewer', password: 'come-in-and-sit-down' },
    confirms: () => ({ kind: 'user', name: `guest ${count}` }),
  },
  {
    method: 'POST',
    path: '/api/tokens',
    body: { name: `script ${count}` },
    confirms: (answer) => ({ kind: 'token', token: (answer as { readonly token: string }).token }),
  },
  {
    method: 'PUT',
    path: '/api/connections/outside',
    body: {
      type: 'mqtt',
      name: String(count),
      config: { host: 'broker.invalid', password: `secret ${count}` },
    },
    confirms: () => ({ kind: 'connection', id: 'outside', count }),
  },
]

/** Holds what it gets for a while, so that a cut finds messages within it. */
const ringing = (id: string) => ({
  format: 'wirehouse/flow@1',
  id,
  name: id,
  description: '0',
  nodes: [
    { id: 'bell', type: 'mqtt-in', at: [0, 0], config: { topic: `home/${id}/bell`, qos: 1 } },
    { id: 'wait', type: 'delay', at: [200, 0], config: { delayMs: HELD_MS } },
    { id: 'phone', type: 'mqtt-out', at: [400, 0], config: { topic: `home/${id}/phone`, qos: 1 } },
  ],
  wires: [
    ['bell.out', 'wait.in'],
    ['wait.out', 'phone.in'],
  ],
})

export async function connectTo(
  server: ServerProcess,
  options: { readonly clientId?: string; readonly clean?: boolean },
  onMessage: (payload: string) => void = () => {},
): Promise<MqttClient> {
  const client = connect(`mqtt://127.0.0.1:${server.mqttPort}`, { ...options, reconnectPeriod: 0 })
  client.on('message', (_topic, payload) => onMessage(payload.toString()))
  client.on('error', () => {}) // seen by whoever waits for something
  await new Promise((resolve) => client.once('connect', resolve))
  return client
}

function portOf(client: MqttClient): number {
  const { stream } = client
  if ('localPort' in stream && typeof stream.localPort === 'number') return stream.localPort
  throw new Error('The client has no port.')
}
