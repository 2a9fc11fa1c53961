import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes } from '#nodes/runtimes.ts'
import { type BrokerRig, brokerRig } from '#server/broker/broker-rig.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { chain, code, mqttIn, mqttOut } from '#server/hosts/hosts-rig.ts'
import { type OpenHouse, openHouse } from '#server/house/open-house.ts'
import { type Inbox, openInbox } from '#server/inbox/inbox.ts'
import { type StoreRig, storeRig } from '#server/store/store-rig.ts'

// The whole way: what a client publishes, its flow cannot handle, and a person tries again.

let rig: StoreRig
let broker: BrokerRig
let inbox: Inbox
let house: OpenHouse
beforeEach(async () => {
  rig = storeRig()
  broker = await brokerRig({ limits: { acknowledgeWithinMs: 60_000 } })
  inbox = openInbox({ path: join(rig.dataDir, 'inbox.db'), clock: realClock })
  house = await openHouse({
    store: await rig.open(),
    catalogue: makeCatalogue(nodeDefinitions, connectionDefinitions),
    connections: connectionRuntimes,
    broker: broker.broker,
    inbox,
    hosts: {
      maxHosts: 1,
      heapMb: 192,
      stuckMs: 700,
      settings: { endpoints: { telegram: 'http://127.0.0.1:9' }, libraries: [], libraryFolder: '.' },
    },
    clock: rig.clock,
    log: pino({ level: 'silent' }),
  })
})
afterEach(async () => {
  await house[Symbol.asyncDispose]()
  await inbox[Symbol.asyncDispose]()
  await broker[Symbol.asyncDispose]()
  await rig[Symbol.asyncDispose]()
})

async function deploy(body: string): Promise<void> {
  await house.saveFlow('a', chain('a', mqttIn('in'), code(body), mqttOut('out')), { lenient: false })
  await house.deployFlow('a', { by: 'ada', message: '' })
}

/** Moves time until there are so many dead letters. */
const letters = async (count: number): Promise<void> =>
  await expect
    .poll(async () => {
      await rig.clock.advance(1_000)
      return house.deadLetters.list()
    })
    .toHaveLength(count)

test('what a flow cannot handle lies with the dead letters until it is tried again', async () => {
  await deploy('throw new Error("no bell")')
  const client = await broker.connect()
  await client.mqtt.subscribeAsync('out', { qos: 1 })
  const id = `k${inbox.firstFree.toString(36)}`
  await client.mqtt.publishAsync('in', 'ring', { qos: 1 })
  await letters(1)
  const path = ['in', 'function'].map((node) => ({ node, name: node }))
  expect(house.deadLetters.list()).toMatchObject([
    { flow: 'a', node: 'in', message: id, topic: 'in', preview: 'ring', attempts: 3, path },
  ])
  await expect.poll(() => [inbox.size, house.metrics().deadLetters.letters]).toEqual([0, 1])

  await deploy('return { ...message, payload: [message.payload, message.id, message.repeated] }')
  house.deadLetters.retry(house.deadLetters.list()[0]?.id ?? 0)
  await client.received(`out ["ring","${id}",true] 1`)
  await letters(0)
})

test('one that fails again when it is tried again stays', async () => {
  await deploy('throw new Error("no bell")')
  const client = await broker.connect()
  await client.mqtt.publishAsync('in', 'ring', { qos: 1 })
  await letters(1)
  house.deadLetters.retry(house.deadLetters.list()[0]?.id ?? 0)
  await expect.poll(() => house.deadLetters.list()).toMatchObject([{ attempts: 4, isRetrying: false }])
})

test('a person who stops a flow gives up what it had not handled, and is told so', async () => {
  const lines: unknown[] = []
  house.events.on('node:log', ({ code }) => lines.push(code))
  await deploy('await clock.sleep(100_000); return message')
  const client = await broker.connect()
  await client.mqtt.publishAsync('in', 'ring', { qos: 1 })
  expect(inbox.size).toBe(1)
  await house.stopFlow('a')
  expect(inbox.size).toBe(0)
  expect(lines).toContain('MESSAGES_DISCARDED')
})
