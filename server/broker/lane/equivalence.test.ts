import { fail } from 'node:assert/strict'
import fc from 'fast-check'
import { generate, type IPublishPacket, type Packet } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { type BrokerRig, brokerRig, packet, patient, type RawClient } from '../broker-rig.ts'

type QoS = 0 | 1 | 2
interface Scenario {
  /** Clients, by filter and QoS; the last one keeps its session. */
  readonly clients: readonly (readonly Subscription[])[]
  readonly flows: readonly Subscription[]
  readonly publishers: readonly (readonly Message[])[]
  /** Where the publishers' byte streams are cut. */
  readonly cuts: readonly number[]
}
interface Subscription {
  readonly filter: string
  readonly qos: QoS
}
interface Message {
  readonly topic: string
  readonly qos: QoS
  readonly retain: boolean
  readonly bytes: number
}

const qos = fc.constantFrom<QoS[]>(0, 1, 2)
const mostlyPlain = {
  qos: fc.constantFrom<QoS[]>(0, 0, 0, 1, 1, 1, 2),
  retain: fc.nat(5).map((n) => n === 0),
}
const subscriptions = fc
  .uniqueArray(
    fc.record({ filter: fc.constantFrom('#', 'a', '+', 'a/+', 'a/b', '+/b', 'b/#', 'é/ü'), qos }),
    { maxLength: 3, selector: ({ filter }) => filter },
  )
  .map((all) => all.map(({ filter, qos }) => ({ filter, qos: /[+#]/.test(filter) ? qos : highest(all) })))
/** aedes lowers a message to the QoS of the filter that equals its topic, though another one asks for more (against section 3.3.5). */
const highest = (all: readonly Subscription[]) => Math.max(...all.map(({ qos }) => qos)) as QoS
const messages = fc.array(
  fc.record({
    topic: fc.constantFrom('a', 'a/b', 'b', 'b/c', 'é/ü', 'kept/a'),
    ...mostlyPlain,
    bytes: fc.constantFrom(0, 10, 200, 9_000),
  }),
  { minLength: 1, maxLength: 25 },
)
const scenarios: fc.Arbitrary<Scenario> = fc.record({
  clients: fc.array(subscriptions, { minLength: 1, maxLength: 3 }),
  flows: subscriptions,
  publishers: fc.array(messages, { minLength: 1, maxLength: 3 }),
  cuts: fc.array(fc.nat(30_000), { maxLength: 8 }),
})

const connect = (clientId: string, clean = true): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  clientId,
  clean,
  keepalive: 0,
})
const turn = () => new Promise((resolve) => setImmediate(resolve))
const count = ({ packets }: RawClient, ...cmds: string[]) =>
  packets.filter(({ cmd }) => cmds.includes(cmd)).length

/** What each client and each flow got, in order: `topic payload qos`, the payload as `publisher.number`. */
type Outcome = Readonly<Record<string, readonly string[]>>

/** Each run has its own topics, so that the retained messages of one are not seen by the next. */
async function play(rig: BrokerRig, run: string, scenario: Scenario): Promise<Outcome> {
  await using resources = new AsyncDisposableStack()
  const receivers: Record<string, RawClient> = {}
  const flows: Record<string, string[]> = {}
  const open = async (id: string, filters: readonly Subscription[], clean: boolean) => {
    const client = resources.use(await rig.raw())
    client.socket.setNoDelay()
    const wanted = filters.map(({ filter, qos }) => ({ topic: `${run}/${filter}`, qos }))
    const end = { topic: `${run}-end`, qos: 1 as const }
    client.send(connect(`${run}-${id}`, clean), {
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [...wanted, end],
    })
    await client.received('suback')
    return client
  }
  for (const [index, filters] of scenario.clients.entries())
    receivers[`client ${index}`] = await open(`client-${index}`, filters, true)
  receivers.kept = await open('kept', [{ filter: 'kept/#', qos: 1 }], false)
  for (const { filter, qos } of scenario.flows) {
    const seen: string[] = []
    flows[`flow ${filter}`] = seen
    resources.use(
      rig.broker.service.subscribe(`${run}/${filter}`, qos, (message) => void seen.push(describe(message))),
    )
  }
  await Promise.all(
    scenario.publishers.map((sent, index) => publishAll(rig, run, index, sent, scenario.cuts)),
  )
  await rig.broker.service.publish(packet(`${run}-end`, '', 1))
  const outcome: Record<string, readonly string[]> = { ...flows }
  for (const [name, client] of Object.entries(receivers)) {
    const isAtEnd = () =>
      client.packets.some((one) => one.cmd === 'publish' && one.topic.endsWith('-end')) || undefined
    await expect.poll(isAtEnd, patient).toBe(true)
    outcome[name] = client.packets.flatMap((one) =>
      one.cmd === 'publish' && !one.topic.endsWith('-end') ? [describe(one)] : [],
    )
  }
  return outcome
}

const describe = ({ topic, payload, qos }: Pick<IPublishPacket, 'topic' | 'qos'> & { payload: unknown }) =>
  `${topic.slice(topic.indexOf('/') + 1)} ${String(Buffer.from(payload as Buffer)).split(' ')[0]} ${qos}`

async function publishAll(
  rig: BrokerRig,
  run: string,
  publisher: number,
  messages: readonly Message[],
  cuts: readonly number[],
): Promise<void> {
  await using client = await rig.raw()
  client.socket.setNoDelay()
  const packets = messages.map(({ topic, qos, retain, bytes }, index) =>
    generate({
      cmd: 'publish',
      topic: `${run}/${topic}`,
      payload: `${publisher}.${index} ${'x'.repeat(bytes)}`,
      qos,
      retain,
      dup: false,
      ...(qos > 0 && { messageId: index + 1 }),
    }),
  )
  const stream = Buffer.concat([generate(connect(`${run}-publisher-${publisher}`)), ...packets])
  const places = [...new Set(cuts)].filter((at) => at < stream.length).sort((a, b) => a - b)
  for (const [index, end] of [...places, stream.length].entries()) {
    client.send(stream.subarray(places[index - 1] ?? 0, end))
    await turn()
  }
  const acknowledged = messages.filter(({ qos }) => qos > 0).length
  await expect.poll(() => count(client, 'puback', 'pubrec'), patient).toBe(acknowledged)
  client.send({ cmd: 'pingreq' })
  await client.received('pingresp')
}

/**
 * A plain message stays behind everything that its publisher sent to the topic before, and everything
 * else stays behind it. Two others may overtake each other in aedes, as may what a kept session slows.
 */
function expectOrder(received: readonly string[], { publishers }: Scenario): void {
  const before: { topic: string; publisher: number; index: number; isPlain: boolean }[] = []
  for (const line of received) {
    const [topic = '', name = ''] = line.split(' ')
    const [publisher = 0, index = 0] = name.split('.').map(Number)
    const { qos, retain } = publishers[publisher]?.[index] ?? fail(line)
    const isPlain = qos < 2 && !retain && !topic.startsWith('kept')
    const same = before.filter((one) => one.topic === topic && one.publisher === publisher)
    const overtaken = same.filter((one) => (one.isPlain || isPlain) && one.index > index)
    expect({ line, overtaken }).toEqual({ line, overtaken: [] })
    before.push({ topic, publisher, index, isPlain })
  }
}

test('with the lane everybody gets what they get without, and in order', { timeout: 120_000 }, async () => {
  await using withLane = await brokerRig()
  await using without = await brokerRig({ lane: false })
  let runs = 0
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const run = `run-${runs++}`
      const [ours, theirs] = [await play(withLane, run, scenario), await play(without, run, scenario)]
      const sorted = (outcome: Outcome) =>
        Object.entries(outcome).map(([name, lines]) => [name, lines.toSorted()])
      expect(sorted(ours)).toEqual(sorted(theirs))
      for (const received of Object.values(ours)) expectOrder(received, scenario)
    }),
    { numRuns: 25 },
  )
})
