import { setTimeout as pause } from 'node:timers/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import type { ServerProcess } from '#rig/server-process.ts'

/** What became of the messages of one lane of the flow. */
export interface LaneOutcome {
  readonly name: string
  readonly lost: number
  /** Came more than once, with nothing that says so. */
  readonly doubled: number
  /** Came more than once, marked. */
  readonly again: number
  /** Came before a message that was sent earlier. */
  readonly overtook: number
  /** The shortest and the longest time on the way, in milliseconds by the messages' own clock. */
  readonly shortestMs: number
  readonly longestMs: number
}

export interface DeployOutcome {
  readonly sent: number
  readonly deploys: number
  /** Those that were refused, with what was said. */
  readonly refused: readonly string[]
  readonly slowestDeployMs: number
  readonly lanes: Readonly<Record<'steady' | 'changing' | 'busy', LaneOutcome>>
}

const PER_SECOND = 200
/** How long each message waits in the lane whose delay stays as it is, in milliseconds. */
export const STEADY_MS = 1_500
/** How long in the other: each deploy takes the next. */
const CHANGING_MS = [1_200, 300, 2_000, 100] as const
/** What is on the way at the end is given so long. */
const PATIENCE_MS = 30_000
const ID = 'deploys'

interface Arrival {
  readonly number: number
  readonly ms: number
  readonly isRepeated: boolean
}

/**
 * Deploys a flow again and again, each time changed in another way, while messages of QoS 1 pass through it by
 * three lanes: past a delay that stays, past one that changes, and through a function that takes its time.
 */
export async function endureDeploys(server: ServerProcess, deploys: number): Promise<DeployOutcome> {
  const refused: string[] = []
  let slowestDeployMs = 0
  const deploy = async (edition: number): Promise<void> => {
    const before = performance.now()
    const saved = await server.api('PUT', `/api/flows/${ID}`, drawing(edition))
    const deployed = await server.api('POST', `/api/flows/${ID}/deploy`)
    for (const { status, body } of [saved, deployed]) if (status >= 300) refused.push(JSON.stringify(body))
    slowestDeployMs = Math.max(slowestDeployMs, performance.now() - before)
  }
  await deploy(0)
  const url = `mqtt://127.0.0.1:${server.mqttPort}`
  await using subscriber = closing(await connectAsync(url))
  await using publisher = closing(await connectAsync(url))
  const arrivals = new Map(lanes.map((lane) => [lane, [] as Arrival[]]))
  subscriber.client.on('message', (topic, bytes) => {
    const { number, at, isRepeated } = JSON.parse(bytes.toString())
    arrivals
      .get(topic.slice(topic.indexOf('/') + 1) as Lane)
      ?.push({ number, ms: Date.now() - at, isRepeated })
  })
  await subscriber.client.subscribeAsync('deployed/#', { qos: 1 })

  const stop = new AbortController()
  const sending = send(publisher.client, stop.signal)
  for (let edition = 1; edition <= deploys; edition++) {
    await deploy(edition)
    await pause(20 + Math.random() * 200)
  }
  stop.abort()
  const sent = await sending
  const isComplete = (): boolean =>
    [...arrivals.values()].every((all) => new Set(all.map(({ number }) => number)).size === sent)
  for (let waited = 0; waited < PATIENCE_MS && !isComplete(); waited += 100) await pause(100)
  await pause(1_000) // for what comes once too often
  const outcome = (lane: Lane): LaneOutcome => judge(lane, arrivals.get(lane) ?? [], sent)
  return {
    ...{ sent, deploys, refused, slowestDeployMs },
    lanes: { steady: outcome('steady'), changing: outcome('changing'), busy: outcome('busy') },
  }
}

const lanes = ['steady', 'changing', 'busy'] as const
type Lane = (typeof lanes)[number]

function judge(name: Lane, arrivals: readonly Arrival[], sent: number): LaneOutcome {
  const seen = new Set<number>()
  const unmarked = new Set<number>()
  let [doubled, again, overtook, last] = [0, 0, 0, -1]
  for (const { number, isRepeated } of arrivals) {
    if (unmarked.has(number) && !isRepeated) doubled++
    else if (seen.has(number)) again++
    else if (number < last && !isRepeated) overtook++
    seen.add(number)
    if (!isRepeated) unmarked.add(number)
    last = Math.max(last, number)
  }
  const times = arrivals.map(({ ms }) => ms)
  return {
    ...{ name, lost: sent - seen.size, doubled, again, overtook },
    shortestMs: times.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY),
    longestMs: times.reduce((most, ms) => Math.max(most, ms), 0),
  }
}

/** Answers how many were sent, and acknowledged, by the time of the signal. */
async function send(client: MqttClient, signal: AbortSignal): Promise<number> {
  const begun = Date.now()
  const acknowledged: Promise<unknown>[] = []
  let number = 0
  while (!signal.aborted) {
    for (const due = ((Date.now() - begun) / 1_000) * PER_SECOND; number < due; number++) {
      const payload = JSON.stringify({ number, at: Date.now() })
      acknowledged.push(client.publishAsync('deploys/in', payload, { qos: 1 }))
    }
    await pause(5)
  }
  await Promise.all(acknowledged)
  return number
}

const closing = (client: MqttClient) => ({ client, [Symbol.asyncDispose]: () => client.endAsync(true) })

/** What each deploy changes; the changes add up. */
function drawing(edition: number) {
  const isOdd = (every: number): boolean => Math.floor(edition / every) % 2 === 1
  const delayMs = CHANGING_MS[Math.floor(edition / 2) % CHANGING_MS.length]
  const node = (id: string, type: string, config: object, more = {}) => ({
    id,
    type,
    at: [0, 0],
    config,
    ...more,
  })
  const tell = (lane: Lane) =>
    node(`${lane}-out`, 'mqtt-out', { topic: `deployed/${lane}`, qos: isOdd(7) && lane === 'steady' ? 2 : 1 })
  const mark = 'return { ...message, payload: { ...message.payload, isRepeated: message.repeated === true } }'
  return {
    ...{ format: 'wirehouse/flow@1', id: ID, name: `Edition ${edition}` },
    nodes: [
      node('in', 'mqtt-in', {
        ...{ qos: 1, payload: 'json', retained: isOdd(3) ? 'live' : 'all' },
        topic: isOdd(5) ? 'deploys/+' : 'deploys/in',
      }),
      node('pass', 'function', { code: `return message // ${edition >> 1}` }, { name: `Edition ${edition}` }),
      node('steady', 'delay', { delayMs: STEADY_MS, maxQueue: isOdd(4) ? 5_000 : 6_000 }),
      node('changing', 'delay', { delayMs, maxQueue: 5_000 }),
      node('busy', 'function', {
        code: `await clock.sleep(1)\nreturn message // ${edition >> 2}`,
      }),
      ...lanes.flatMap((lane) => [node(`${lane}-mark`, 'function', { code: mark }), tell(lane)]),
      ...(isOdd(1) ? [node('extra', 'debug', {}), node('other', 'filter', { conditions: [] })] : []),
    ],
    wires: [
      ['in.out', 'pass.in'],
      ['pass.out', 'steady.in'],
      ['pass.out', 'changing.in'],
      ['in.out', 'busy.in'],
      ...lanes.flatMap((lane) => [
        [`${lane}.out`, `${lane}-mark.in`],
        [`${lane}-mark.out`, `${lane}-out.in`],
      ]),
      ...(isOdd(1) ? [['pass.out', 'other.in'], ['other.out', 'extra.in']] : []), // biome-ignore format: pairs
    ],
  }
}
