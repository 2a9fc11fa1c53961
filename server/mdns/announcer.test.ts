import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import makeMdns, { type MulticastDNS, type ResponsePacket } from 'multicast-dns'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { realClock } from '../engine/real-clock.ts'
import { Announcer, type AnnouncerOptions } from './announcer.ts'
import { networksOf } from './networks.ts'

/** The machine's first network; without one, it talks to itself. */
const network = networksOf('0.0.0.0')[0] ?? { ipv4: '127.0.0.1', ipv6: [] }
const services = [
  { type: '_http._tcp', port: 1880 },
  { type: '_mqtt._tcp', port: 1883 },
]
let port: number
/** Somebody else in the network, with another program. */
let other: MulticastDNS
let answers: string[]
const opened = new Set<Announcer>()

beforeEach(async () => {
  const probe = createSocket('udp4').bind(0)
  await once(probe, 'listening')
  port = probe.address().port
  probe.close()
  other = makeMdns({ port, interface: network.ipv4, bind: '0.0.0.0', loopback: true } as makeMdns.Options)
  await once(other, 'ready')
  answers = []
  other.on('response', (packet: ResponsePacket) => {
    for (const answer of [...(packet.answers ?? []), ...(packet.additionals ?? [])])
      if ('ttl' in answer) answers.push(line(answer as never))
  })
})
afterEach(async () => {
  for (const announcer of opened) await announcer[Symbol.asyncDispose]()
  opened.clear()
  other.destroy()
})

const line = ({
  type,
  name,
  data,
  ttl,
}: {
  type: string
  name: string
  data: unknown
  ttl: number
}): string => {
  const { target, port } = data as { target?: string; port?: number }
  return [type, name, target === undefined ? String(data) : `${target}:${port}`, ttl === 0 ? 'gone' : '']
    .join(' ')
    .trim()
}

async function announce(
  options: Partial<AnnouncerOptions> = {},
): Promise<Announcer & { got: Promise<string> }> {
  const { promise: got, resolve: onName } = Promise.withResolvers<string>()
  const announcer = new Announcer({
    ...{ host: '0.0.0.0', services, clock: realClock, port, networks: () => [network], onName },
    log: { info() {}, warn() {} },
    ...options,
  })
  opened.add(announcer)
  return Object.assign(announcer, { got })
}

test('is known as wirehouse.local, with its services', async () => {
  const house = await announce()
  expect(await house.got).toBe('wirehouse.local')
  await expect
    .poll(() => new Set(answers))
    .toEqual(
      new Set(
        [
          `A wirehouse.local ${network.ipv4}`,
          'PTR _services._dns-sd._udp.local _http._tcp.local',
          'PTR _services._dns-sd._udp.local _mqtt._tcp.local',
          'PTR _http._tcp.local Wirehouse._http._tcp.local',
          'PTR _mqtt._tcp.local Wirehouse._mqtt._tcp.local',
          'SRV Wirehouse._http._tcp.local wirehouse.local:1880',
          'SRV Wirehouse._mqtt._tcp.local wirehouse.local:1883',
          'TXT Wirehouse._http._tcp.local ',
          'TXT Wirehouse._mqtt._tcp.local ',
        ].map((text) => text.trim()),
      ),
    )
})

test('answers who asks, with where to go', async () => {
  const house = await announce()
  await house.got
  await expect.poll(() => answers.length).toBeGreaterThan(17)
  answers.length = 0
  other.query([{ name: '_mqtt._tcp.local', type: 'PTR' }])
  await expect.poll(() => answers).toContain('PTR _mqtt._tcp.local Wirehouse._mqtt._tcp.local')
  expect(answers).toContain('SRV Wirehouse._mqtt._tcp.local wirehouse.local:1883')
  expect(answers).toContain(`A wirehouse.local ${network.ipv4}`)
})

test('takes the next name if somebody has the first', async () => {
  other.on('query', ({ questions = [] }) => {
    if (questions.some(({ name }) => name === 'wirehouse.local'))
      other.respond([{ name: 'wirehouse.local', type: 'A', ttl: 120, data: '198.51.100.9' }])
  })
  const house = await announce()
  expect(await house.got).toBe('wirehouse-2.local')
  await expect.poll(() => answers).toContain('SRV Wirehouse 2._mqtt._tcp.local wirehouse-2.local:1883')
})

test('gives way also later, to who answers for its name', async () => {
  const names: string[] = []
  const house = await announce({ onName: (name) => names.push(name) })
  await expect.poll(() => names).toEqual(['wirehouse.local'])
  other.respond([{ name: 'wirehouse.local', type: 'A', ttl: 120, data: '198.51.100.9' }])
  await expect.poll(() => names).toEqual(['wirehouse.local', 'wirehouse-2.local'])
  expect(house.name).toBe('wirehouse-2.local')
})

test('what another program says of the same machine is no quarrel', async () => {
  other.on('query', () =>
    other.respond([{ name: 'wirehouse.local', type: 'A', ttl: 120, data: '127.0.0.1' }]),
  )
  expect(await (await announce()).got).toBe('wirehouse.local')
})

test('says goodbye', async () => {
  const house = await announce()
  await house.got
  await house[Symbol.asyncDispose]()
  opened.delete(house)
  await expect.poll(() => answers).toContain(`A wirehouse.local ${network.ipv4} gone`)
})

test('a network that cannot be used disturbs nobody', async () => {
  const warnings: string[] = []
  await announce({
    networks: () => [{ ipv4: '203.0.113.1', ipv6: [] }],
    log: { info() {}, warn: (text) => warnings.push(text) },
  })
  await expect.poll(() => warnings.length).toBe(1)
})
