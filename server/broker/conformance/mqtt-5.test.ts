import { expect, test } from 'vitest'
import { brokerRig, patient } from '../broker-rig.ts'
import { type House as AnyHouse, mustIn } from './house.ts'
import { frame, pingreq, puback, pubcomp, pubrec, pubrel, text, uint16, Wire } from './wire.ts'
import {
  AS_PUBLISHED,
  acknowledge5,
  auth5,
  type Connect5Fields,
  connect5,
  disconnect5,
  IF_NEW,
  NO_LOCAL,
  NO_RETAINED,
  type Properties,
  publish5,
  subscribe5,
  unsubscribe5,
  version5,
} from './wire-5.ts'

/**
 * The normative statements of MQTT 5 that a broker can break, by their numbers, where they say other
 * than MQTT 3.1.1, or more.
 */

type House = AnyHouse<Connect5Fields>

const must = mustIn<Connect5Fields>({
  hello: (id, fields) => connect5({ id, ...fields }),
  dialect: version5,
})

/** Reasons of section 2.4. */
const malformed = 0x81
const protocolError = 0x82
const aliasInvalid = 0x94

/** A client that is in and says this is told one of these reasons, and ended. */
const endsFor =
  (reasons: readonly number[], ...bytes: readonly Uint8Array[]) =>
  async ({ client }: House): Promise<void> => {
    const wire = await client()
    wire.send(...bytes)
    await isTold(wire, ...reasons)
  }

async function isTold(wire: Wire, ...reasons: readonly number[]): Promise<void> {
  await wire.isEnded()
  expect(reasons.map((reason) => `disconnect code${reason}`)).toContain(wire.take().join())
}

/** CONNECT that gets no answer but a refusal. */
const isRefused =
  (...bytes: readonly Uint8Array[]) =>
  async ({ open }: House): Promise<void> => {
    const wire = await open()
    wire.send(...bytes)
    await wire.isEnded()
    expect(wire.take().join()).toMatch(/^(connack session0 code1(2[89]|[3-9]\d).*)?$/)
  }

/** Publishes to `a`, and waits until that is answered: among messages of another QoS there is no order. */
async function publishInTurn(wire: Wire, payload: string, qos: 1 | 2, id: number): Promise<void> {
  wire.send(publish5('a', payload, { qos, id }))
  await wire.gets(`${qos === 1 ? 'puback' : 'pubrec'} id${id}`)
  if (qos === 1) return
  wire.send(pubrel(id))
  await wire.gets(`pubcomp id${id}`)
}

async function received(wire: Wire): Promise<readonly string[]> {
  const got: string[] = []
  await expect.poll(() => got.push(...wire.take()), patient).toBeGreaterThan(0)
  return got
}

async function listener({ client }: House, options = 2): Promise<Wire> {
  const wire = await client()
  wire.send(subscribe5(1, [['#', options]]))
  await wire.gets(`suback id1 ${options & 3}`)
  return wire
}

const kept = { properties: [['sessionExpiry', 600]] } as const
const will = { topic: 'w', payload: 'gone', qos: 1 }
const illFormed = Buffer.from([0x61, 0xed, 0xa0, 0x80])

must('1.5.4-1', 'ill-formed UTF-8 in a topic is malformed', endsFor([malformed], publish5(illFormed)))
must(
  '1.5.4-1',
  'ill-formed UTF-8 in a filter is malformed',
  endsFor([malformed], subscribe5(1, [[illFormed, 0]])),
)
for (const name of ['contentType', 'responseTopic'] as const)
  must(
    '1.5.4-1',
    `ill-formed UTF-8 in ${name} ends the connection`,
    endsFor([malformed, protocolError], publish5('a', 'x', { properties: [[name, illFormed]] })),
  )
must('1.5.4-2', 'NUL in a topic is malformed', endsFor([malformed], publish5('a\0b')))
must(
  '1.5.4-2',
  'NUL in a user property ends the connection',
  endsFor([malformed, protocolError], publish5('a', 'x', { properties: [['user', 'a:b\0c']] })),
)
must(
  '1.5.5-1',
  'a length of properties in five bytes is malformed',
  endsFor([malformed, protocolError], frame(0x30, text('a'), Buffer.of(0x80, 0x80, 0x80, 0x80, 1))),
)
must(
  '2.1.3-1',
  'SUBSCRIBE with other flags than its own is malformed',
  endsFor([malformed], Buffer.concat([Buffer.of(0x80), subscribe5(1, [['a', 0]]).subarray(1)])),
)
must('2.2.1-3', 'packet id 0 ends the connection', async (house) => {
  for (const bytes of [
    publish5('a', 'x', { qos: 1, id: 0 }),
    subscribe5(0, [['a', 0]]),
    unsubscribe5(0, 'a'),
  ])
    await endsFor([malformed, protocolError], bytes)(house)
})
must(
  '2.2.2-1',
  'a packet without a length of properties is malformed',
  endsFor([malformed, protocolError], frame(0x82, uint16(1), text('a'))),
)

must('3.1.0-2', 'a second CONNECT is an error of the protocol', endsFor([protocolError], connect5()))
must('3.1.2-1', 'another protocol is not let in', isRefused(connect5({ name: 'MQTTX', id: 'a' })))
must('3.1.2-3', 'the reserved flag of CONNECT is not let in', isRefused(connect5({ id: 'a', flags: 3 })))
must('3.1.2-4', 'with a clean start the session before is discarded', async ({ client, open }) => {
  const wire = await client({ id: 'fresh', ...kept })
  wire.send(subscribe5(1, [['a', 1]]))
  await wire.gets('suback id1 1')
  wire.cut()
  const from = await client()
  from.send(publish5('a', 'waits', { qos: 1 }))
  await from.gets('puback id1')
  const second = await client({ id: 'fresh', clean: true, ...kept })
  from.send(publish5('a', 'x', { qos: 1 }))
  await from.gets('puback id1')
  await second.getsNothing()
  second.cut()
  const third = await open()
  third.send(connect5({ id: 'fresh', clean: false, ...kept }))
  expect(await third.next()).toMatch(/^connack session1 code0/)
  await third.getsNothing()
})
must('3.1.2-5', 'without a clean start the session goes on', async ({ client, open }) => {
  const wire = await client({ id: 'away', ...kept })
  wire.send(subscribe5(1, [['a', 1]], ['subscriptionId', 7]))
  await wire.gets('suback id1 1')
  wire.cut()
  const from = await client()
  from.send(publish5('a', 'while away', { qos: 1 }))
  await from.gets('puback id1')
  const again = await open()
  again.send(connect5({ id: 'away', clean: false, ...kept }))
  expect(await again.next()).toMatch(/^connack session1 code0/)
  await again.gets('publish a while away q1 subscriptionId=7')
})
must('3.1.2-6', 'where there is no session, a new one begins', async ({ open }) => {
  const wire = await open()
  wire.send(connect5({ id: 'new', clean: false }))
  expect(await wire.next()).toMatch(/^connack session0 code0/)
})
must('3.1.2-10', 'with DISCONNECT of reason 0 the will is gone', async (house) => {
  const wire = await listener(house)
  const mortal = await house.client({ will })
  mortal.send(disconnect5(0))
  await mortal.isEnded()
  await wire.getsNothing()
})
must('3.1.2-8', 'DISCONNECT of reason 4 leaves it', async (house) => {
  const wire = await listener(house)
  const mortal = await house.client({ will })
  mortal.send(disconnect5(4))
  await wire.gets('publish w gone q1')
})
must('3.1.2-8', 'so does one for which a client is ended', async (house) => {
  const wire = await listener(house)
  const mortal = await house.client({ will })
  mortal.send(publish5('a/#'))
  await wire.gets('publish w gone q1')
})
must('3.1.2-11', 'a will without its flag is not let in', isRefused(connect5({ id: 'a', flags: 2 | 32 })))
must(
  '3.1.2-12',
  'a will of QoS 3 is not let in',
  isRefused(connect5({ id: 'a', will: { topic: 'w', qos: 3 } })),
)
must('3.1.2-22', 'a client silent for one and a half times its keep-alive is told so', async ({ client }) => {
  const wire = await client({ keepAlive: 1 })
  await isTold(wire, 0x8d)
})
must('3.1.2-23', 'a session without an expiry ends with its connection', async ({ rig, client, open }) => {
  const wire = await client({ id: 'brief' })
  wire.send(subscribe5(1, [['a', 1]]))
  await wire.gets('suback id1 1')
  wire.cut()
  await expect.poll(() => rig.broker.clients, patient).toBe(0)
  const again = await open()
  again.send(connect5({ id: 'brief', clean: false }))
  expect(await again.next()).toMatch(/^connack session0 code0/)
})
must('3.1.2-23', 'an expiry may be changed by DISCONNECT', async ({ rig, client, open }) => {
  const wire = await client({ id: 'brief', ...kept })
  wire.send(subscribe5(1, [['a', 1]]), disconnect5(0, ['sessionExpiry', 0]))
  await wire.isEnded()
  await expect.poll(() => rig.broker.clients, patient).toBe(0)
  const again = await open()
  again.send(connect5({ id: 'brief', clean: false }))
  expect(await again.next()).toMatch(/^connack session0 code0/)
})
must('3.1.2-24', 'a client gets no packet that is larger than it takes', async (house) => {
  const { client } = house
  const wire = await client({ properties: [['maximumPacketSize', 40]] })
  wire.send(subscribe5(1, [['#', 2]]))
  await wire.gets('suback id1 2')
  const from = await client()
  for (const qos of [0, 1, 2]) from.send(publish5('a', 'x'.repeat(60), { qos, id: qos + 1 }))
  from.send(pubrel(3), publish5('a', 'x'.repeat(60), { retain: true, qos: 1, id: 9 }))
  from.send(publish5('a', 'short', { qos: 1, id: 10 }))
  await wire.gets('publish a short q1')
  wire.send(subscribe5(2, [['a', 1]]))
  await wire.gets('suback id2 1')
  await wire.getsNothing()
})
must(
  '3.1.2-25',
  'what is too large counts as sent, and holds up nothing behind it',
  async ({ client, open }) => {
    const wire = await client({ id: 'small', ...kept })
    wire.send(subscribe5(1, [['a', 1]]))
    await wire.gets('suback id1 1')
    wire.cut()
    const from = await client()
    for (let id = 1; id <= 30; id++) from.send(publish5('a', 'x'.repeat(60), { qos: 1, id }))
    from.send(publish5('a', 'short', { qos: 1, id: 31 }))
    await expect.poll(() => from.take().at(-1), patient).toBe('puback id31')
    const again = await open()
    const size = ['maximumPacketSize', 40] as const
    again.send(connect5({ id: 'small', clean: false, properties: [...kept.properties, size] }))
    await expect.poll(() => again.take().at(-1), patient).toBe('publish a short q1')
  },
)
for (const fields of [{}, { properties: [['topicAliasMaximum', 0]] }] as const)
  must('3.1.2-27', 'nobody gets an alias who has not asked for some', async (house) => {
    const wire = await house.client(fields)
    wire.send(subscribe5(1, [['a', 0]]))
    await wire.gets('suback id1 0')
    const from = await house.client()
    for (let count = 0; count < 3; count++) from.send(publish5('a', 'x', { properties: [['topicAlias', 1]] }))
    await wire.gets('publish a x', 'publish a x', 'publish a x')
  })
must('3.1.2-28', 'nobody gets response information who has not asked for it', async ({ open }) => {
  const wire = await open()
  wire.send(connect5({ id: 'a', properties: [['requestResponse', 0]] }))
  expect(await wire.next()).toMatch(/^connack session0 code0((?!responseInf).)*$/)
})
must('3.1.2-29', 'who does not want reasons in words gets none', async ({ client }) => {
  const wire = await client({ properties: [['requestProblem', 0]] })
  wire.send(
    publish5('$SYS/x', 'x', { qos: 1 }),
    subscribe5(2, [['a'.repeat(2_000), 0]]),
    unsubscribe5(3, 'b'),
  )
  await wire.gets('puback id1 code135', 'suback id2 143', 'unsuback id3 17')
})

for (const [what, properties] of [
  [
    'an expiry of the session twice',
    [
      ['sessionExpiry', 1],
      ['sessionExpiry', 1],
    ],
  ],
  ['a receive maximum of 0', [['receiveMaximum', 0]]],
  [
    'a receive maximum twice',
    [
      ['receiveMaximum', 5],
      ['receiveMaximum', 5],
    ],
  ],
  ['a packet size of 0', [['maximumPacketSize', 0]]],
  [
    'a packet size twice',
    [
      ['maximumPacketSize', 100],
      ['maximumPacketSize', 100],
    ],
  ],
  [
    'an alias maximum twice',
    [
      ['topicAliasMaximum', 1],
      ['topicAliasMaximum', 2],
    ],
  ],
  ['a wish for response information of 2', [['requestResponse', 2]]],
  ['a wish for problem information of 2', [['requestProblem', 2]]],
  [
    'a wish for problem information twice',
    [
      ['requestProblem', 1],
      ['requestProblem', 1],
    ],
  ],
  ['authentication data without a method', [['authData', 'x']]],
  ['a topic alias', [['topicAlias', 1]]],
  ['a reason in words', [['reason', 'why not']]],
  ['a subscription identifier', [['subscriptionId', 1]]],
  ['NUL in a user property', [['user', 'a\0:b']]],
] as readonly (readonly [string, Properties])[])
  must('4.13.1-1', `CONNECT with ${what} is not let in`, isRefused(connect5({ id: 'a', properties })))
for (const [what, willProperties] of [
  [
    'its delay twice',
    [
      ['willDelay', 1],
      ['willDelay', 1],
    ],
  ],
  [
    'its expiry twice',
    [
      ['messageExpiry', 1],
      ['messageExpiry', 1],
    ],
  ],
  [
    'its format twice',
    [
      ['payloadFormat', 1],
      ['payloadFormat', 1],
    ],
  ],
  ['a response topic with a wildcard', [['responseTopic', 'a/#']]],
  ['a topic alias', [['topicAlias', 1]]],
  ['an expiry of the session', [['sessionExpiry', 1]]],
] as readonly (readonly [string, Properties])[])
  must(
    '4.13.1-1',
    `CONNECT with a will with ${what} is not let in`,
    isRefused(connect5({ id: 'a', will, willProperties })),
  )
must('4.12.0-1', 'a client that wants to sign in by AUTH is refused', async ({ open }) => {
  const wire = await open()
  wire.send(connect5({ id: 'a', properties: [['authMethod', 'PLAIN']] }))
  await wire.gets('connack session0 code140')
  await wire.isEnded()
})

must('3.1.3-7', 'who has no id gets one that nobody else has', async ({ open }) => {
  const ids = new Set<string | undefined>()
  for (let count = 0; count < 2; count++) {
    const wire = await open()
    wire.send(connect5({ id: '', clean: count === 0 }))
    await expect
      .poll(() => {
        const id = /assignedId=(\S+)/.exec(wire.take().join())?.[1]
        if (id !== undefined) ids.add(id)
        return ids.size
      }, patient)
      .toBe(count + 1)
  }
})
must('3.1.3-9', 'a will that waits is not told of a client that is back', async (house) => {
  const wire = await listener(house)
  const fields = { id: 'back', will, willProperties: [['willDelay', 1]], ...kept } as const
  const mortal = await house.client(fields)
  mortal.cut()
  await expect.poll(() => house.rig.broker.clients, patient).toBe(1)
  const back = await house.client({ ...fields, clean: false })
  const taken = await house.client({ ...fields, clean: false })
  await isTold(back, 0x8e)
  taken.send(disconnect5(0))
  await taken.isEnded()
  await wire.getsNothing()
})
must('3.1.2-8', 'a will waits no longer than its session stands', async (house) => {
  const wire = await listener(house)
  const mortal = await house.client({ will, willProperties: [['willDelay', 600]] })
  mortal.cut()
  await wire.gets('publish w gone q1')
})
must('3.1.2-9', 'a will bears its properties, but not its delay', async (house) => {
  const wire = await listener(house)
  const mortal = await house.client({
    will,
    willProperties: [
      ['willDelay', 0],
      ['payloadFormat', 1],
      ['contentType', 'text/plain'],
      ['responseTopic', 'r'],
      ['correlation', 'c'],
      ['user', 'a:1'],
      ['user', 'a:2'],
    ],
  })
  mortal.cut()
  await wire.gets(
    'publish w gone q1 payloadFormat=1 contentType=text/plain responseTopic=r correlation=c user=a:1 user=a:2',
  )
})
must('3.1.4-3', 'whose id is taken over is told so', async ({ client }) => {
  const first = await client({ id: 'twin' })
  const second = await client({ id: 'twin' })
  await isTold(first, 0x8e)
  await second.getsNothing()
})
must('3.1.4-6', 'behind a refused CONNECT nothing counts', async (house) => {
  const wire = await listener(house)
  const refused = await house.open()
  refused.send(connect5({ id: 'x', user: 'eve', password: 'wrong' }), publish5('a', 'sneaked in'))
  await refused.gets('connack session0 code134')
  await refused.isEnded()
  await wire.getsNothing()
})
must('3.2.0-1', 'CONNACK comes first, also before what has waited', async ({ client, open }) => {
  const wire = await client({ id: 'away', ...kept })
  wire.send(subscribe5(1, [['a', 1]]))
  await wire.gets('suback id1 1')
  wire.cut()
  const from = await client()
  from.send(publish5('a', 'x', { qos: 1 }))
  await from.gets('puback id1')
  const again = await open()
  again.send(connect5({ id: 'away', clean: false, ...kept }), pingreq)
  expect(await again.next()).toMatch(/^connack session1 code0/)
})
must(
  '3.2.2-22',
  'CONNACK says what the broker can do, and leaves a keep-alive as it is',
  async ({ open }) => {
    const wire = await open()
    wire.send(connect5({ id: 'a', keepAlive: 60 }))
    const [, , , ...announced] = (await wire.next())?.split(' ') ?? []
    expect(announced.toSorted()).toEqual([
      'maximumPacketSize=1048581',
      'receiveMaximum=100',
      'topicAliasMaximum=32',
    ])
  },
)
must('3.2.2-21', 'who asks for no keep-alive is told one', async ({ open }) => {
  const wire = await open()
  wire.send(connect5({ id: 'a', keepAlive: 0 }))
  expect(await wire.next()).toContain('serverKeepAlive=3600')
})
must('3.2.2-17', 'as many aliases as were announced work, and each may be given anew', async (house) => {
  const wire = await listener(house)
  const from = await house.client()
  const alias = (number: number): Properties => [['topicAlias', number]]
  from.send(publish5('a', '1', { properties: alias(32) }), publish5('', '2', { properties: alias(32) }))
  from.send(
    publish5('b', '3', { properties: alias(32) }),
    publish5('', '4', { properties: alias(32), qos: 1 }),
  )
  await wire.gets('publish a 1', 'publish a 2', 'publish b 3', 'publish b 4 q1')
})

must(
  '3.3.1-4',
  'PUBLISH of QoS 3 is malformed',
  endsFor([malformed], frame(0x36, text('a'), uint16(1), Buffer.of(0))),
)
must('3.3.1-9', 'retained messages come with retain handling 0, each time', async ({ client }) => {
  const wire = await client()
  wire.send(publish5('a', 'kept', { retain: true, qos: 1 }))
  await wire.gets('puback id1')
  for (const id of [2, 3]) {
    wire.send(subscribe5(id, [['a', 0]]))
    await wire.gets(`suback id${id} 0`, 'publish a kept retain')
  }
})
must('3.3.1-10', 'with retain handling 1 only where the subscription is new', async ({ client }) => {
  const wire = await client()
  wire.send(publish5('a', 'kept', { retain: true, qos: 1 }), subscribe5(2, [['a', IF_NEW]]))
  await wire.gets('puback id1', 'suback id2 0', 'publish a kept retain')
  wire.send(subscribe5(3, [['a', IF_NEW | 1]]))
  await wire.gets('suback id3 1')
  await wire.getsNothing()
  wire.send(unsubscribe5(4, 'a'), subscribe5(5, [['a', IF_NEW]]))
  await wire.gets('unsuback id4 0', 'suback id5 0', 'publish a kept retain')
})
must('3.3.1-11', 'with retain handling 2 never', async ({ client }) => {
  const wire = await client()
  wire.send(publish5('a', 'kept', { retain: true, qos: 1 }), subscribe5(2, [['a', NO_RETAINED]]))
  await wire.gets('puback id1', 'suback id2 0')
  await wire.getsNothing()
})
for (const qos of [0, 1, 2])
  must('3.3.1-13', `"retain as published" keeps the mark, at QoS ${qos}`, async (house) => {
    const [marked, plain] = [await listener(house, qos | AS_PUBLISHED), await listener(house, qos)]
    const from = await house.client()
    const mark = qos > 0 ? ` q${qos}` : ''
    from.send(publish5('a', 'kept', { retain: true, qos }), publish5('a', 'not', { qos, id: 2 }))
    if (qos === 2) from.send(pubrel(1), pubrel(2))
    await marked.gets(`publish a kept${mark} retain`, `publish a not${mark}`)
    await plain.gets(`publish a kept${mark}`, `publish a not${mark}`)
  })
must('3.3.2-4', 'what a message says beside its payload arrives as it was', async (house) => {
  const all: Properties = [
    ['payloadFormat', 1],
    ['contentType', 'text/plain'],
    ['responseTopic', 'answers/a'],
    ['correlation', Buffer.from([7, 0, 65])],
    ['user', 'a:1'],
    ['user', 'b:2'],
    ['user', 'a:3'],
  ]
  const wire = await listener(house)
  const from = await house.client()
  from.send(publish5('a', 'x', { qos: 1, retain: true, properties: all }))
  const told = (await received(wire))[0]
  expect(told).toContain('publish a x q1 payloadFormat=1 contentType=text/plain responseTopic=answers/a')
  const later = await house.client()
  later.send(subscribe5(1, [['a', 1]]))
  await later.gets('suback id1 1', told?.replace(' q1', ' q1 retain') ?? '')
})
must('3.3.2-18', 'user properties of one name keep their order', async (house) => {
  const properties = ['b:1', 'b:2', 'a:3', 'b:4'].map((pair) => ['user', pair] as const)
  const wire = await listener(house)
  const from = await house.client()
  from.send(publish5('a', 'x', { properties }))
  const told = (await wire.next())?.split(' ').filter((word) => word.startsWith('user=b'))
  expect(told).toEqual(['user=b:1', 'user=b:2', 'user=b:4'])
})
must('3.3.2-4', 'a payload format of 0 and an empty content type are told, too', async (house) => {
  const wire = await listener(house)
  const from = await house.client()
  from.send(
    publish5('a', 'x', {
      properties: [
        ['payloadFormat', 0],
        ['contentType', ''],
        ['user', ':'],
      ],
    }),
  )
  await wire.gets('publish a x payloadFormat=0 contentType= user=:')
})
must('3.3.2-5', 'what has expired is not delivered any more', async ({ client, open }) => {
  const wire = await client({ id: 'away', ...kept })
  wire.send(subscribe5(1, [['a', 1]]))
  await wire.gets('suback id1 1')
  wire.cut()
  const from = await client()
  from.send(
    publish5('a', 'short', { qos: 1, id: 1, properties: [['messageExpiry', 1]] }),
    publish5('a', 'long', { qos: 1, id: 2, properties: [['messageExpiry', 600]] }),
    publish5('a/r', 'kept', { qos: 1, id: 3, retain: true, properties: [['messageExpiry', 1]] }),
  )
  await from.gets('puback id1', 'puback id2', 'puback id3')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const again = await open()
  again.send(connect5({ id: 'away', clean: false, ...kept }), subscribe5(4, [['a/r', 1]]))
  expect(await again.next()).toMatch(/^connack session1 code0/)
  await again.gets('publish a long q1 messageExpiry=599', 'suback id4 1')
  await again.getsNothing()
})
must('3.3.2-6', 'the time that is left goes out with a message', async ({ client }) => {
  const from = await client()
  from.send(publish5('a', 'x', { qos: 1, retain: true, properties: [['messageExpiry', 100]] }))
  await from.gets('puback id1')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  from.send(subscribe5(2, [['a', 1]]))
  await from.gets('suback id2 1', 'publish a x q1 retain messageExpiry=99')
})
for (const [what, number] of [
  ['0', 0],
  ['larger than announced', 33],
] as const)
  must(
    number === 0 ? '3.3.2-8' : '3.3.2-9',
    `an alias ${what} ends the connection`,
    endsFor([aliasInvalid], publish5('a', 'x', { properties: [['topicAlias', number]] })),
  )
must(
  '3.3.2-12',
  'an alias that stands for nothing ends the connection',
  endsFor([protocolError, aliasInvalid], publish5('', 'x', { properties: [['topicAlias', 1]] })),
)
must('3.3.2-7', 'aliases of the connection before stand for nothing', async (house) => {
  const first = await house.client({ id: 'same', ...kept })
  first.send(publish5('a', 'x', { qos: 1, properties: [['topicAlias', 1]] }))
  await first.gets('puback id1')
  first.cut()
  const second = await house.client({ id: 'same', clean: false, ...kept })
  second.send(publish5('', 'x', { properties: [['topicAlias', 1]] }))
  await isTold(second, protocolError, aliasInvalid)
})
must(
  '4.7.3-1',
  'no topic and no alias ends the connection',
  endsFor([protocolError, 0x90], publish5('', 'x')),
)
must('3.3.2-2', 'a topic with a wildcard ends the connection', endsFor([0x90], publish5('a/+', 'x')))
must(
  '3.3.2-14',
  'a response topic with a wildcard ends the connection',
  endsFor([protocolError], publish5('a', 'x', { properties: [['responseTopic', 'a/#']] })),
)
must(
  '3.3.4-6',
  'PUBLISH with a subscription identifier ends the connection',
  endsFor([protocolError, malformed], publish5('a', 'x', { properties: [['subscriptionId', 1]] })),
)
for (const [what, properties] of [
  [
    'its expiry twice',
    [
      ['messageExpiry', 1],
      ['messageExpiry', 1],
    ],
  ],
  [
    'its expiry of 0 twice',
    [
      ['messageExpiry', 0],
      ['messageExpiry', 0],
    ],
  ],
  [
    'its format twice',
    [
      ['payloadFormat', 0],
      ['payloadFormat', 0],
    ],
  ],
  ['a format of 2', [['payloadFormat', 2]]],
  [
    'its alias twice',
    [
      ['topicAlias', 1],
      ['topicAlias', 1],
    ],
  ],
  [
    'its content type twice',
    [
      ['contentType', 'a'],
      ['contentType', 'a'],
    ],
  ],
  [
    'its response topic twice',
    [
      ['responseTopic', 'a'],
      ['responseTopic', 'a'],
    ],
  ],
  [
    'its correlation data twice',
    [
      ['correlation', 'a'],
      ['correlation', 'a'],
    ],
  ],
  ['a reason in words', [['reason', 'because']]],
  ['an expiry of the session', [['sessionExpiry', 1]]],
] as readonly (readonly [string, Properties])[])
  must(
    '4.13.1-1',
    `PUBLISH with ${what} ends the connection`,
    endsFor([protocolError, malformed], publish5('a', 'x', { properties })),
  )

must('3.3.4-1', 'PUBLISH is answered as its QoS asks', async ({ client }) => {
  const wire = await client()
  wire.send(publish5('a', '0'), publish5('a', '1', { qos: 1, id: 5 }), publish5('a', '2', { qos: 2, id: 6 }))
  await wire.gets('puback id5', 'pubrec id6')
  wire.send(pubrel(6))
  await wire.gets('pubcomp id6')
})
must(
  '3.3.4-4',
  'a message comes once, with the identifiers of all filters that match',
  async ({ client }) => {
    const wire = await client()
    wire.send(subscribe5(1, [['a/#', 0]], ['subscriptionId', 1]))
    wire.send(subscribe5(2, [['a/+', 2]], ['subscriptionId', 268_435_455]))
    wire.send(subscribe5(3, [['a/b', 1]]))
    await wire.gets('suback id1 0', 'suback id2 2', 'suback id3 1')
    const from = await client()
    for (const qos of [0, 1, 2]) {
      from.send(publish5('a/b', `${qos}`, { qos, id: qos + 1 }))
      const told = (await wire.next())?.split(' ').toSorted()
      const ids = ['subscriptionId=1', 'subscriptionId=268435455']
      expect(told).toEqual([`${qos}`, 'a/b', 'publish', ...(qos > 0 ? [`q${qos}`] : []), ...ids])
    }
  },
)
must('3.3.4-3', 'retained messages bear it, too, and none of before', async ({ client }) => {
  const wire = await client()
  wire.send(publish5('a', 'kept', { retain: true, qos: 1 }))
  await wire.gets('puback id1')
  wire.send(subscribe5(2, [['a', 1]], ['subscriptionId', 5]))
  await wire.gets('suback id2 1', 'publish a kept q1 retain subscriptionId=5')
  wire.send(subscribe5(3, [['a', 0]], ['subscriptionId', 6]))
  await wire.gets('suback id3 0', 'publish a kept retain subscriptionId=6')
  wire.send(subscribe5(4, [['a', 0]]))
  await wire.gets('suback id4 0', 'publish a kept retain')
})
for (const [what, own] of [
  ['of 0', [['subscriptionId', 0]]],
  [
    'twice',
    [
      ['subscriptionId', 1],
      ['subscriptionId', 2],
    ],
  ],
] as readonly (readonly [string, Properties])[])
  must(
    '3.8.2-1',
    `a subscription identifier ${what} ends the connection`,
    endsFor([protocolError], subscribe5(1, [['a', 0]], ...own)),
  )

for (const [name, fields] of [
  ['a session that ends with it', {}],
  ['one that is kept', kept],
] as const)
  must('3.3.4-9', `no more messages are under way than a client takes, in ${name}`, async ({ client }) => {
    const wire = await client({ properties: [['receiveMaximum', 2], ...(fields.properties ?? [])] })
    wire.send(subscribe5(1, [['a', 2]]))
    await wire.gets('suback id1 2')
    const from = await client()
    for (let id = 1; id <= 6; id++) await publishInTurn(from, `${id}`, id % 2 === 0 ? 2 : 1, id)
    await wire.gets('publish a 1 q1', 'publish a 2 q2')
    await wire.getsNothing()
    const [one = 0, two = 0] = wire.ids.splice(0)
    wire.send(pubrec(two))
    await wire.gets(`pubrel id${two}`)
    await wire.getsNothing()
    wire.send(puback(one))
    await wire.gets('publish a 3 q1')
    wire.send(pubcomp(two))
    await wire.gets('publish a 4 q2')
    await wire.getsNothing()
    const [, four = 0] = wire.ids.splice(0)
    wire.send(acknowledge5(0x50, four, 0x97))
    await wire.gets('publish a 5 q1')
    await wire.getsNothing()
  })
must(
  '4.9.0-3',
  'who has its hands full still gets all that is no message of QoS 1 or 2',
  async ({ client }) => {
    const wire = await client({ properties: [['receiveMaximum', 1]] })
    wire.send(
      subscribe5(1, [['#', 1]]),
      publish5('a', '1', { qos: 1, id: 1 }),
      publish5('a', '2', { qos: 1, id: 2 }),
    )
    await wire.getsInAnyOrder('suback id1 1', 'publish a 1 q1', 'puback id1', 'puback id2')
    wire.send(publish5('a', '0'), unsubscribe5(2, '#'))
    await wire.gets('publish a 0', 'unsuback id2 0')
  },
)
must(
  '3.3.4-7',
  'more messages of QoS 2 than announced end the connection',
  async ({ client }) => {
    const wire = await client()
    wire.send(...[1, 2].map((id) => publish5('a', 'x', { qos: 2, id })))
    await wire.gets('pubrec id1', 'pubrec id2')
    wire.send(publish5('a', 'x', { qos: 2, id: 3 }))
    await isTold(wire, 0x93)
  },
  { openMessages: 2 },
)

must(
  '3.8.3-2',
  'SUBSCRIBE without a filter ends the connection',
  endsFor([protocolError, malformed], frame(0x82, uint16(1), Buffer.of(0))),
)
must('3.8.3-3', '"no local" keeps a client from its own messages, at each QoS', async ({ client }) => {
  for (const fields of [{}, kept]) {
    const wire = await client(fields)
    wire.send(subscribe5(1, [['a', 2 | NO_LOCAL]]))
    await wire.gets('suback id1 2')
    wire.send(
      publish5('a', '0'),
      publish5('a', '1', { qos: 1, id: 2 }),
      publish5('a', '2', { qos: 2, id: 3 }),
    )
    await wire.gets('puback id2', 'pubrec id3')
    wire.send(pubrel(3))
    await wire.gets('pubcomp id3')
    await wire.getsNothing()
    const from = await client()
    from.send(publish5('a', 'of another', { qos: 1 }))
    await wire.gets('publish a of another q1')
    wire.cut()
  }
})
must('3.8.3-3', 'but not from those that another of its filters brings', async ({ client }) => {
  const wire = await client()
  wire.send(
    subscribe5(1, [
      ['a', 1 | NO_LOCAL],
      ['#', 0],
    ]),
  )
  await wire.gets('suback id1 1,0')
  wire.send(publish5('a', 'x', { qos: 1, id: 2 }))
  await wire.getsInAnyOrder('puback id2', 'publish a x')
})
must(
  '3.8.3-4',
  '"no local" of a shared subscription ends the connection',
  endsFor([protocolError], subscribe5(1, [['$share/g/a', NO_LOCAL]])),
)
for (const [what, options] of [
  ['reserved bits', 0x40],
  ['the other reserved bit', 0x80],
  ['QoS 3', 3],
  ['retain handling 3', 0x30],
] as const)
  must(
    '3.8.3-5',
    `SUBSCRIBE with ${what} in its options ends the connection`,
    endsFor([protocolError, malformed], subscribe5(1, [['a', options]])),
  )
for (const [what, bytes] of [
  ['SUBSCRIBE with an expiry', subscribe5(1, [['a', 0]], ['messageExpiry', 1])],
  ['SUBSCRIBE with a reason', subscribe5(1, [['a', 0]], ['reason', 'x'])],
  ['UNSUBSCRIBE with an identifier', frame(0xa2, uint16(1), Buffer.of(2, 0x0b, 1), text('a'))],
  ['PUBACK with an expiry', acknowledge5(0x40, 1, 0, ['messageExpiry', 1])],
  ['PUBREL with a topic alias', acknowledge5(0x62, 1, 0, ['topicAlias', 1])],
  ['PUBREC with its reason twice', acknowledge5(0x50, 1, 0, ['reason', 'x'], ['reason', 'y'])],
  ['PUBCOMP with an expiry of the session', acknowledge5(0x70, 1, 0, ['sessionExpiry', 1])],
] as const)
  must('4.13.1-1', `${what} ends the connection`, endsFor([protocolError, malformed], bytes))
must('3.8.4-3', 'a filter subscribed again takes the place of the first', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe5(1, [['a', 2 | NO_LOCAL]], ['subscriptionId', 1]))
  await wire.gets('suback id1 2')
  wire.send(subscribe5(2, [['a', 0]]))
  await wire.gets('suback id2 0')
  wire.send(publish5('a', 'x', { qos: 1, id: 3 }))
  await wire.getsInAnyOrder('puback id3', 'publish a x')
  await wire.getsNothing()
})
must('3.8.4-6', 'SUBACK has a reason for each filter, in their order', async ({ client }) => {
  const wire = await client()
  wire.send(
    subscribe5(9, [
      ['a', 2],
      ['x'.repeat(2_000), 1],
      ['b', 0],
      ['a', 1],
      ['$share//x', 1],
      ['$share/g/c', 1],
    ]),
  )
  await wire.gets('suback id9 2,143,0,1,143,1')
})
must('3.10.4-4', 'UNSUBACK has a reason for each filter', async ({ client }) => {
  const wire = await client()
  wire.send(
    subscribe5(1, [
      ['a', 2],
      ['$share/g/b', 0],
    ]),
    unsubscribe5(2, 'a', 'never', '$share/g/b'),
  )
  await wire.gets('suback id1 2,0', 'unsuback id2 0,17,0')
  wire.send(publish5('a'), publish5('b'))
  await wire.getsNothing()
})
must(
  '4.8.2-1',
  'a message goes to one of a group, and to each whose own filter matches',
  async ({ client }) => {
    const [one, two, own] = [await client(), await client(), await client()]
    for (const wire of [one, two]) {
      wire.send(subscribe5(1, [['$share/g/a/#', 1]]))
      await wire.gets('suback id1 1')
    }
    own.send(subscribe5(1, [['a/#', 1]]))
    await own.gets('suback id1 1')
    for (let id = 1; id <= 10; id++) own.send(publish5('a/b', `${id}`, { qos: 1, id }))
    const got: string[] = []
    await expect.poll(() => got.push(...one.take(), ...two.take()), patient).toBe(10)
    expect(new Set(got).size).toBe(10)
    await expect.poll(() => own.ids.length, patient).toBe(10)
  },
)
must('4.8.2-2', 'a group whose name has a wildcard is none', async ({ client }) => {
  const wire = await client()
  wire.send(
    subscribe5(1, [
      ['$share/+/a', 0],
      ['$share/g', 0],
      ['$share/g/', 0],
    ]),
  )
  const [line] = await received(wire)
  expect(line).toMatch(/^(suback id1 143,143,143|disconnect code(129|130|143))$/)
})
must('3.3.1-9', 'a shared subscription gets no retained messages', async ({ client }) => {
  const wire = await client()
  wire.send(publish5('a', 'kept', { retain: true, qos: 1, id: 1 }), subscribe5(2, [['$share/g/a', 0]]))
  await wire.gets('puback id1', 'suback id2 0')
  await wire.getsNothing()
})

must('3.14.4-3', 'an expiry that comes only with DISCONNECT keeps nothing', async ({ client, open }) => {
  const wire = await client({ id: 'brief' })
  wire.send(subscribe5(1, [['a', 1]]), disconnect5(0, ['sessionExpiry', 600]))
  await wire.isEnded()
  const again = await open()
  again.send(connect5({ id: 'brief', clean: false }))
  expect(await again.next()).toMatch(/^connack session0 code0/)
})
for (const [what, bytes] of [
  ['an expiry twice', disconnect5(0, ['sessionExpiry', 1], ['sessionExpiry', 1])],
  ['a topic alias', disconnect5(0, ['topicAlias', 1])],
] as const)
  must('3.14.1-1', `DISCONNECT with ${what} is none: the will is published`, async (house) => {
    const wire = await listener(house)
    const mortal = await house.client({ will, ...kept })
    mortal.send(bytes)
    await mortal.isEnded()
    await wire.gets('publish w gone q1')
  })
must(
  '3.15.1-1',
  'AUTH that nobody has asked for ends the connection',
  endsFor([protocolError, malformed], auth5(0x18, ['authMethod', 'PLAIN'])),
)
for (const [what, bytes] of [
  ['CONNACK', frame(0x20, Buffer.of(0, 0, 0))],
  ['SUBACK', frame(0x90, uint16(1), Buffer.of(0, 0))],
  ['UNSUBACK', frame(0xb0, uint16(1), Buffer.of(0, 0))],
  ['PINGRESP', frame(0xd0)],
] as const)
  must(
    '4.13.1-1',
    `${what}, which only a broker sends, ends the connection`,
    endsFor([protocolError, malformed], bytes),
  )
must(
  '3.1.2-24',
  'a packet larger than announced ends the connection',
  endsFor([0x95], publish5('a', 'x'.repeat(1_100_000))),
)
must('4.3.3-11', 'PUBREC and PUBREL are answered also where nothing waits for them', async ({ client }) => {
  const wire = await client(kept)
  wire.send(pubrec(99), pubrel(98))
  await wire.gets('pubrel id99', 'pubcomp id98')
})
must(
  '4.4.0-1',
  'after a reconnect PUBLISH and PUBREL are sent again, under their ids',
  async ({ client, open }) => {
    const wire = await client({ id: 'half', ...kept })
    wire.send(subscribe5(1, [['a', 2]]))
    await wire.gets('suback id1 2')
    const from = await client()
    await publishInTurn(from, '1', 2, 1)
    await publishInTurn(from, '2', 1, 2)
    await wire.gets('publish a 1 q2', 'publish a 2 q1')
    const [one = 0, two = 0] = wire.ids
    wire.send(pubrec(one))
    await wire.gets(`pubrel id${one}`)
    wire.cut()
    const again = await open()
    again.send(connect5({ id: 'half', clean: false, ...kept }))
    expect(await again.next()).toMatch(/^connack session1 code0/)
    await again.gets(`pubrel id${one}`, 'publish a 2 q1 dup')
    expect(again.ids).toEqual([two])
  },
)
must('4.7.2-1', 'wildcards at the beginning leave out topics with $, shared or not', async ({ client }) => {
  const wire = await client()
  wire.send(
    subscribe5(1, [
      ['#', 0],
      ['+/broker/#', 0],
      ['$share/g/#', 0],
    ]),
  )
  await wire.gets('suback id1 0,0,0')
  await wire.getsNothing()
})
must('4.13.1-1', 'who is disconnected by an owner is told so, and its will is published', async (house) => {
  const watcher = await listener(house)
  const wire = await house.client({ id: 'unwanted', will })
  await house.rig.broker.kick('unwanted', 'anna')
  await isTold(wire, 0x98)
  await watcher.gets('publish w gone q1')
})
must('4.13.1-1', 'the end of the broker is told', async ({ rig, client }) => {
  const wire = await client()
  await rig.stop()
  await isTold(wire, 0x8b)
})

test('clients of both versions talk to each other on one socket each', async () => {
  await using rig = await brokerRig()
  await using older = await Wire.open(rig.port)
  await using newer = await Wire.open(rig.port, version5)
  older.send(
    frame(0x10, text('MQTT'), Buffer.of(4, 2, 0, 0), text('old')),
    frame(0x82, uint16(1), text('#'), Buffer.of(1)),
  )
  await older.gets('connack session0 code0', 'suback id1 1')
  newer.send(connect5({ id: 'new' }), publish5('a', 'x', { qos: 1, properties: [['user', 'a:b']] }))
  await older.gets('publish a x q1')
})
