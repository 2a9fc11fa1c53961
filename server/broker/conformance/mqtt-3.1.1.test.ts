import { expect } from 'vitest'
import { type House as AnyHouse, endsAtOnce, mustIn } from './house.ts'
import {
  type ConnectFields,
  connect,
  disconnect,
  frame,
  pingreq,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  subscribe,
  text,
  uint16,
  unsubscribe,
  type Wire,
} from './wire.ts'

/**
 * The normative statements of MQTT 3.1.1 that a broker can break, by their numbers. Those about clients
 * alone, and what nobody can see from outside, have none.
 */

type House = AnyHouse<ConnectFields>

const must = mustIn<ConnectFields>({ hello: (id, fields) => connect({ id, ...fields }) })

/** A client that is in and says this is ended, and gets nothing more. */
const endsClient =
  (...bytes: readonly Uint8Array[]) =>
  async ({ client }: House): Promise<void> => {
    const wire = await client()
    wire.send(...bytes)
    await wire.isEndedSilently()
  }

/** A client that subscribes to everything. */
async function listener({ client }: House, qos = 2): Promise<Wire> {
  const wire = await client()
  wire.send(subscribe(1, ['#', qos]))
  await wire.gets(`suback id1 ${qos}`)
  return wire
}

const illFormed = Buffer.from([0x61, 0xed, 0xa0, 0x80])
const overlong = Buffer.from([0x61, 0xc0, 0xaf])
const nul = 'a\0b'

must('1.5.3-1', 'ill-formed UTF-8 in a topic ends the connection', endsClient(publish(illFormed)))
must('1.5.3-1', 'an overlong form in a topic ends the connection', endsClient(publish(overlong)))
must('1.5.3-1', 'ill-formed UTF-8 in a filter ends the connection', endsClient(subscribe(1, [illFormed, 0])))
must('1.5.3-1', 'ill-formed UTF-8 in a client id is not let in', endsAtOnce(connect({ id: illFormed })))
must('1.5.3-2', 'NUL in a topic ends the connection', endsClient(publish(nul)))
must('1.5.3-2', 'NUL in a filter ends the connection', endsClient(subscribe(1, [nul, 0])))
must(
  '1.5.3-2',
  'NUL in a user name is not let in',
  endsAtOnce(connect({ id: 'a', user: nul, password: 'x' })),
)
must('1.5.3-3', 'a byte order mark belongs to the topic', async (house) => {
  const wire = await listener(house)
  wire.send(publish('\uFEFFa', 'x'))
  await wire.gets('publish \uFEFFa x')
})

for (const [name, bytes] of [
  ['PUBACK', frame(0x41, uint16(1))],
  ['PUBREC', frame(0x52, uint16(1))],
  ['PUBREL', frame(0x60, uint16(1))],
  ['PUBCOMP', frame(0x71, uint16(1))],
  ['SUBSCRIBE', frame(0x80, uint16(1), text('a'), Buffer.of(0))],
  ['UNSUBSCRIBE', frame(0xa0, uint16(1), text('a'))],
  ['PINGREQ', frame(0xc1)],
  ['DISCONNECT', frame(0xe1)],
] as const)
  must('2.2.2-2', `${name} with other flags than its own ends the connection`, endsClient(bytes))
must(
  '2.2.2-2',
  'CONNECT with flags in its first byte is not let in',
  endsAtOnce(frame(0x11, connect().subarray(2))),
)

must(
  '2.3.1-1',
  'PUBLISH with packet id 0 ends the connection',
  endsClient(publish('a', 'x', { qos: 1, id: 0 })),
)
must('2.3.1-1', 'SUBSCRIBE with packet id 0 ends the connection', endsClient(subscribe(0, ['a', 0])))
must('2.3.1-1', 'UNSUBSCRIBE with packet id 0 ends the connection', endsClient(unsubscribe(0, 'a')))
must('2.3.1-4', 'messages of QoS 1 that wait for an answer have ids of their own', async (house) => {
  const wire = await listener(house)
  const from = await house.client()
  for (let id = 1; id <= 5; id++) from.send(publish('a', `${id}`, { qos: 1, id }))
  await wire.gets(...[1, 2, 3, 4, 5].map((number) => `publish a ${number} q1`))
  expect(new Set(wire.ids).size).toBe(5)
  expect(wire.ids).not.toContain(0)
})
must('2.3.1-6', 'acknowledgements bear the id of what they acknowledge', async ({ client }) => {
  const wire = await client()
  wire.send(publish('a', 'x', { qos: 1, id: 65_535 }))
  await wire.gets('puback id65535')
  wire.send(publish('a', 'x', { qos: 2, id: 4_711 }))
  await wire.gets('pubrec id4711')
  wire.send(pubrel(4_711))
  await wire.gets('pubcomp id4711')
})
must('2.3.1-7', 'SUBACK and UNSUBACK bear the id of what they answer', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe(300, ['a', 0]), unsubscribe(301, 'a'))
  await wire.gets('suback id300 0', 'unsuback id301')
})

for (const [name, bytes] of [
  ['PUBLISH', publish('a')],
  ['SUBSCRIBE', subscribe(1, ['a', 0])],
  ['PINGREQ', pingreq],
  ['type 0', frame(0x00)],
  ['type 15', frame(0xf0)],
] as const)
  must('3.1.0-1', `${name} in place of CONNECT ends the connection`, endsAtOnce(bytes))
must('3.1.0-2', 'a second CONNECT ends the connection', endsClient(connect({ id: 'again' })))
must('3.1.2-1', 'another protocol is not let in', endsAtOnce(connect({ name: 'MQTTX', id: 'a' })))
must('3.1.2-2', 'a level that nobody knows is refused with code 1', async ({ open }) => {
  const wire = await open()
  wire.send(connect({ id: 'a', level: 9 }))
  await wire.gets('connack session0 code1')
  await wire.isEnded()
})
must(
  '3.1.2-3',
  'CONNECT with its reserved flag set is not let in',
  endsAtOnce(connect({ id: 'a', flags: 3 })),
)
must('3.1.2-4', 'a session goes on where it was', async ({ client, open }) => {
  const wire = await client({ id: 'away', clean: false })
  wire.send(subscribe(1, ['a', 1]))
  await wire.gets('suback id1 1')
  wire.send(disconnect)
  await wire.isEnded()
  const from = await client()
  from.send(publish('a', 'while away', { qos: 1, id: 9 }))
  await from.gets('puback id9')
  const again = await open()
  again.send(connect({ id: 'away', clean: false }))
  await again.gets('connack session1 code0', 'publish a while away q1')
})
must(
  '3.1.2-5',
  'what comes while a client is away is kept for it, at QoS 1 and 2',
  async ({ client, open }) => {
    const wire = await client({ id: 'away', clean: false })
    wire.send(subscribe(1, ['a', 2]))
    await wire.gets('suback id1 2')
    wire.cut()
    const from = await client()
    from.send(publish('a', 'one', { qos: 1, id: 1 }), publish('a', 'two', { qos: 2, id: 2 }))
    await from.gets('puback id1', 'pubrec id2')
    from.send(pubrel(2))
    await from.gets('pubcomp id2')
    const again = await open()
    again.send(connect({ id: 'away', clean: false }))
    await again.gets('connack session1 code0', 'publish a one q1', 'publish a two q2')
  },
)
must('3.1.2-6', 'with clean session on, the session before is forgotten', async ({ client, open }) => {
  const wire = await client({ id: 'fresh', clean: false })
  wire.send(subscribe(1, ['a', 1]))
  await wire.gets('suback id1 1')
  wire.cut()
  const second = await client({ id: 'fresh', clean: true })
  const from = await client()
  from.send(publish('a', 'x', { qos: 1 }))
  await from.gets('puback id1')
  await second.getsNothing()
  second.send(disconnect)
  await second.isEnded()
  const third = await open()
  third.send(connect({ id: 'fresh', clean: false }))
  await third.gets('connack session0 code0')
})
must('3.1.2-8', 'the will of a client that breaks off is published', async (house) => {
  const wire = await listener(house)
  const mortal = await house.client({ will: { topic: 'w', payload: 'gone', qos: 1 } })
  mortal.cut()
  await wire.gets('publish w gone q1')
})
must('3.1.2-8', 'so is the will of one that breaks the rules', async (house) => {
  const wire = await listener(house)
  const mortal = await house.client({ will: { topic: 'w', payload: 'gone' } })
  mortal.send(frame(0xf0))
  await wire.gets('publish w gone')
})
must('3.1.2-10', 'a client that says goodbye has no will any more', async (house) => {
  const wire = await listener(house)
  const mortal = await house.client({ will: { topic: 'w', payload: 'gone' } })
  mortal.send(disconnect)
  await mortal.isEnded()
  await wire.getsNothing()
})
must('3.1.2-11', 'a will without its flag is not let in', endsAtOnce(connect({ id: 'a', flags: 2 | 32 })))
must(
  '3.1.2-13',
  'a QoS of the will without a will is not let in',
  endsAtOnce(connect({ id: 'a', flags: 2 | 8 })),
)
must(
  '3.1.2-14',
  'a will of QoS 3 is not let in',
  endsAtOnce(connect({ id: 'a', will: { topic: 'w', qos: 3 } })),
)
must('3.1.2-16', 'a will that is not to be retained is not', async (house) => {
  const mortal = await house.client({ will: { topic: 'w', payload: 'gone' } })
  const first = await listener(house)
  mortal.cut()
  await first.gets('publish w gone')
  const second = await listener(house)
  await second.getsNothing()
})
must('3.1.2-17', 'a will that is to be retained is', async (house) => {
  const mortal = await house.client({ will: { topic: 'w', payload: 'gone', retain: true } })
  const first = await listener(house)
  mortal.cut()
  await first.gets('publish w gone')
  const second = await house.client()
  second.send(subscribe(1, ['w', 0]))
  await second.gets('suback id1 0', 'publish w gone retain')
})
must(
  '3.1.2-22',
  'a password without a user name is not let in',
  endsAtOnce(connect({ id: 'a', password: 'x' })),
)
must('3.1.2-24', 'a client silent for one and a half times its keep-alive is ended', async (house) => {
  const wire = await listener(house)
  const silent = await house.client({ keepAlive: 1, will: { topic: 'w', payload: 'silent' } })
  await silent.isEnded()
  await wire.gets('publish w silent')
})
must('3.1.3-5', 'an id of 23 letters and digits is let in', async ({ client }) => {
  await client({ id: 'abcdefghijklmnopqrstu09' })
})
must('3.1.3-6', 'an empty id gets in with a session of its own', async ({ open }) => {
  const [one, two] = [await open(), await open()]
  one.send(connect({ id: '' }))
  await one.gets('connack session0 code0')
  two.send(connect({ id: '' }))
  await two.gets('connack session0 code0')
  await one.getsNothing()
})
must('3.1.3-8', 'an empty id with a session to keep is refused with code 2', async ({ open }) => {
  const wire = await open()
  wire.send(connect({ id: '', clean: false }))
  await wire.gets('connack session0 code2')
  await wire.isEnded()
})
must(
  '3.1.3-10',
  'ill-formed UTF-8 in the topic of a will is not let in',
  endsAtOnce(connect({ id: 'a', will: { topic: illFormed } })),
)
must(
  '3.1.3-11',
  'ill-formed UTF-8 in a user name is not let in',
  endsAtOnce(connect({ id: 'a', user: illFormed, password: 'x' })),
)
must('3.1.4-1', 'bytes behind what CONNECT announces are not let in', async ({ open }) => {
  const wire = await open()
  wire.send(frame(0x10, connect({ id: 'a' }).subarray(2), Buffer.of(1, 2, 3)))
  await wire.isEndedSilently()
})
must(
  '3.1.4-1',
  'CONNECT that ends too early is not let in',
  endsAtOnce(frame(0x10, text('MQTT'), Buffer.of(4, 2))),
)
must('3.1.4-2', 'of two clients with one id the newer stays', async ({ client }) => {
  const first = await client({ id: 'twin' })
  const second = await client({ id: 'twin' })
  await first.isEnded()
  await second.getsNothing()
})
must('3.1.4-5', 'behind a refused CONNECT nothing counts', async (house) => {
  const wire = await listener(house)
  const refused = await house.open()
  refused.send(connect({ id: 'x', user: 'eve', password: 'wrong' }), publish('a', 'sneaked in'))
  await refused.gets('connack session0 code4')
  await refused.isEnded()
  await wire.getsNothing()
})
must('3.2.0-1', 'CONNACK comes first, also before what has waited', async ({ client, open }) => {
  const wire = await client({ id: 'away', clean: false })
  wire.send(subscribe(1, ['a', 1]))
  await wire.gets('suback id1 1')
  wire.cut()
  const from = await client()
  from.send(publish('a', 'x', { qos: 1 }))
  await from.gets('puback id1')
  const again = await open()
  again.send(connect({ id: 'away', clean: false }), pingreq)
  await expect.poll(() => again.take()[0]).toBe('connack session1 code0')
})
must('3.2.2-2', 'a session without subscriptions is one, too', async ({ client, open }) => {
  const wire = await client({ id: 'plain', clean: false })
  wire.send(disconnect)
  await wire.isEnded()
  const again = await open()
  again.send(connect({ id: 'plain', clean: false }))
  await again.gets('connack session1 code0')
})
must('3.2.2-3', 'where there was no session, there is none to go on with', async ({ open }) => {
  const wire = await open()
  wire.send(connect({ id: 'new', clean: false }))
  await wire.gets('connack session0 code0')
})
must('3.3.1-1', 'what is sent again over a new connection says so', async ({ client, open }) => {
  const wire = await client({ id: 'slow', clean: false })
  wire.send(subscribe(1, ['a', 2]))
  await wire.gets('suback id1 2')
  const from = await client()
  from.send(publish('a', 'one', { qos: 1, id: 1 }), publish('a', 'two', { qos: 2, id: 2 }), pubrel(2))
  await wire.gets('publish a one q1', 'publish a two q2')
  wire.cut()
  const again = await open()
  again.send(connect({ id: 'slow', clean: false }))
  await again.gets('connack session1 code0', 'publish a one q1 dup', 'publish a two q2 dup')
})
must('3.3.1-3', 'the mark of a repetition is not passed on', async (house) => {
  const wire = await listener(house)
  const from = await house.client()
  from.send(publish('a', 'x', { qos: 1, dup: true }))
  await wire.gets('publish a x q1')
})
must('3.3.1-4', 'PUBLISH of QoS 3 ends the connection', endsClient(frame(0x36, text('a'), uint16(1))))
must('3.3.1-6', 'who subscribes gets the last retained message of each topic', async ({ client }) => {
  const from = await client()
  from.send(publish('a', 'old', { retain: true }), publish('a', 'new', { retain: true, qos: 1 }))
  await from.gets('puback id1')
  const wire = await client()
  wire.send(subscribe(1, ['+', 1]))
  await wire.gets('suback id1 1', 'publish a new q1 retain')
})
must('3.3.1-9', 'who is subscribed already gets it without the mark', async (house) => {
  const wire = await listener(house)
  wire.send(publish('a', 'x', { retain: true }))
  await wire.gets('publish a x')
})
must('3.3.1-10', 'an empty retained message clears the topic, and is passed on', async (house) => {
  const wire = await listener(house)
  wire.send(publish('a', 'x', { retain: true }), publish('a', '', { retain: true, qos: 1, id: 7 }))
  await wire.getsInAnyOrder('publish a x', 'publish a q1', 'puback id7')
  const later = await house.client()
  later.send(subscribe(1, ['a', 0]))
  await later.gets('suback id1 0')
  await later.getsNothing()
})
must('3.3.1-12', 'a message that is not retained leaves the retained one as it is', async ({ client }) => {
  const from = await client()
  from.send(publish('a', 'kept', { retain: true }), publish('a', 'passing', { qos: 1 }))
  await from.gets('puback id1')
  from.send(subscribe(2, ['a', 0]))
  await from.gets('suback id2 0', 'publish a kept retain')
})
must('3.3.2-2', 'a topic with # ends the connection', endsClient(publish('a/#')))
must('3.3.2-2', 'a topic with + ends the connection', endsClient(publish('a/+/b', '', { qos: 1 })))
must('3.3.4-1', 'PUBLISH is answered as its QoS asks', async ({ client }) => {
  const wire = await client()
  wire.send(publish('a', '0'), publish('a', '1', { qos: 1, id: 5 }), publish('a', '2', { qos: 2, id: 6 }))
  await wire.gets('puback id5', 'pubrec id6')
})
must('3.3.5-1', 'overlapping filters bring the highest QoS of them', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe(1, ['a/#', 0], ['a/b', 2], ['+/b', 1]))
  await wire.gets('suback id1 0,2,1')
  wire.send(publish('a/b', 'x', { qos: 2, id: 1 }), pubrel(1))
  await wire.getsInAnyOrder('publish a/b x q2', 'pubcomp id1', 'pubrec id1')
  await wire.getsNothing()
})
must('3.6.1-1', 'PUBREL is answered also where nothing waits for it', async ({ client }) => {
  const wire = await client()
  wire.send(pubrel(77))
  await wire.gets('pubcomp id77')
})
must('3.8.3-3', 'SUBSCRIBE without a filter ends the connection', endsClient(frame(0x82, uint16(1))))
must('3.8.3-4', 'SUBSCRIBE with QoS 3 ends the connection', endsClient(subscribe(1, ['a', 3])))
must(
  '3.8.3-4',
  'SUBSCRIBE with reserved bits beside the QoS ends the connection',
  endsClient(subscribe(1, ['a', 4])),
)
must(
  '3.8.4-3',
  'a filter subscribed again takes the place of the first, retained messages come again',
  async ({ client }) => {
    const wire = await client()
    wire.send(publish('a', 'kept', { retain: true, qos: 1, id: 3 }))
    await wire.gets('puback id3')
    wire.send(subscribe(1, ['a', 0]))
    await wire.gets('suback id1 0', 'publish a kept retain')
    wire.send(subscribe(2, ['a', 1]))
    await wire.gets('suback id2 1', 'publish a kept q1 retain')
    wire.send(publish('a', 'once', { qos: 1, id: 4 }))
    await wire.getsInAnyOrder('puback id4', 'publish a once q1')
    await wire.getsNothing()
  },
)
must('3.8.4-5', 'SUBACK has a code for each filter, in their order', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe(9, ['a', 2], ['$share/g/t', 1], ['b', 0], ['c', 1]))
  await expect.poll(() => wire.take()[0]).toMatch(/^suback id9 2,(1|128),0,1$/)
})
must('3.8.4-6', 'a message comes at the lower of both QoS', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe(1, ['q0/#', 0], ['q1/#', 1], ['q2/+', 2]))
  await wire.gets('suback id1 0,1,2')
  const from = await client()
  from.send(publish('q0/a', 'x', { qos: 2, id: 1 }), pubrel(1))
  await wire.gets('publish q0/a x')
  from.send(publish('q1/a', 'x', { qos: 2, id: 2 }), pubrel(2))
  await wire.gets('publish q1/a x q1')
  from.send(publish('q2/a', 'x', { qos: 1, id: 3 }))
  await wire.gets('publish q2/a x q1')
  from.send(publish('q2/a', 'x'))
  await wire.gets('publish q2/a x')
})
must('3.10.3-2', 'UNSUBSCRIBE without a filter ends the connection', endsClient(frame(0xa2, uint16(1))))
must('3.10.4-2', 'after UNSUBACK nothing new comes', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe(1, ['a/#', 1]), unsubscribe(2, 'a/#'))
  await wire.gets('suback id1 1', 'unsuback id2')
  wire.send(publish('a/b', 'x', { qos: 1, id: 3 }))
  await wire.gets('puback id3')
  await wire.getsNothing()
})
must('3.10.4-1', 'only the same filter, character by character, is taken away', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe(1, ['a/#', 0]))
  wire.send(unsubscribe(2, 'a/+'))
  await wire.getsInAnyOrder('suback id1 0', 'unsuback id2')
  wire.send(publish('a/b', 'x'))
  await wire.gets('publish a/b x')
})
must('3.10.4-5', 'UNSUBACK comes also where there was nothing to take away', async ({ client }) => {
  const wire = await client()
  wire.send(unsubscribe(5, 'never/was', 'nor/this'))
  await wire.gets('unsuback id5')
})
must('3.12.4-1', 'PINGREQ is answered', async ({ client }) => {
  const wire = await client()
  wire.send(pingreq, pingreq)
  await wire.gets('pingresp', 'pingresp')
})
must('3.14.4-2', 'after DISCONNECT the connection ends', async ({ client }) => {
  const wire = await client()
  wire.send(disconnect)
  await wire.isEndedSilently()
})
must('4.3.3-2', 'QoS 2 sent again before PUBREL is delivered once', async (house) => {
  const wire = await listener(house)
  const from = await house.client({ id: 'twice', clean: false })
  from.send(publish('a', 'x', { qos: 2, id: 8 }))
  await from.gets('pubrec id8')
  from.send(publish('a', 'x', { qos: 2, id: 8, dup: true }))
  await from.gets('pubrec id8')
  from.cut()
  const again = await house.client({ id: 'twice', clean: false })
  again.send(publish('a', 'x', { qos: 2, id: 8, dup: true }))
  await again.gets('pubrec id8')
  again.send(pubrel(8))
  await again.gets('pubcomp id8')
  await wire.gets('publish a x q2')
  await wire.getsNothing()
  again.send(publish('a', 'next', { qos: 2, id: 8 }))
  await again.gets('pubrec id8')
  again.send(pubrel(8))
  await wire.gets('publish a next q2')
})
must('4.4.0-1', 'after a reconnect PUBREL is sent again under its id', async ({ client, open }) => {
  const wire = await client({ id: 'half', clean: false })
  wire.send(subscribe(1, ['a', 2]))
  await wire.gets('suback id1 2')
  const from = await client()
  from.send(publish('a', 'x', { qos: 2, id: 3 }), pubrel(3))
  await wire.gets('publish a x q2')
  const [id = 0] = wire.ids
  wire.send(pubrec(id))
  await wire.gets(`pubrel id${id}`)
  wire.cut()
  const again = await open()
  again.send(connect({ id: 'half', clean: false }))
  await again.gets('connack session1 code0', `pubrel id${id}`)
  again.send(pubcomp(id))
  await again.getsNothing()
})
must('4.6.0-6', 'messages of a topic keep their order, at each QoS', async (house) => {
  for (const qos of [0, 1, 2]) {
    const wire = await listener(house, qos)
    const from = await house.client()
    const count = 50
    for (let id = 1; id <= count; id++) {
      from.send(publish(`o${qos}`, `${id}`, { qos, id }))
      if (qos === 2) from.send(pubrel(id))
    }
    const payloads: string[] = []
    await expect
      .poll(() => {
        const ids = wire.ids.splice(0)
        for (const id of ids) wire.send(...(qos === 1 ? [puback(id)] : [pubrec(id), pubcomp(id)]))
        for (const line of wire.take())
          if (line.startsWith(`publish o${qos} `)) payloads.push(line.split(' ')[2] ?? '')
        return payloads.length
      })
      .toBe(count)
    expect(payloads).toEqual(Array.from({ length: count }, (_, index) => `${index + 1}`))
  }
})
for (const filter of ['a#', 'a/#/b', '#/a', 'a/b#'])
  must('4.7.1-2', `the filter ${filter} is no filter`, refusesFilter(filter))
for (const filter of ['a+', '+a', 'a/+b', '++', 'a/b+/c'])
  must('4.7.1-3', `the filter ${filter} is no filter`, refusesFilter(filter))

/** Ends the connection or refuses: nothing is granted. */
function refusesFilter(filter: string) {
  return async ({ client }: House): Promise<void> => {
    const wire = await client()
    wire.send(subscribe(1, [filter, 0]))
    await wire.isEndedSilently()
  }
}
must('4.7.2-1', 'wildcards at the beginning leave out topics with $', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe(1, ['#', 0], ['+/broker/#', 0], ['+', 0]))
  await wire.gets('suback id1 0,0,0')
  await wire.getsNothing()
  wire.send(publish('plain', 'x'))
  await wire.gets('publish plain x')
})
must('4.7.3-1', 'an empty topic ends the connection', endsClient(publish('')))
must('4.7.3-1', 'an empty filter ends the connection', endsClient(subscribe(1, ['', 0])))
must('4.7.3-4', 'topics are compared as they are, slashes and capitals and all', async ({ client }) => {
  const wire = await client()
  wire.send(subscribe(1, ['a/b', 0], ['/a', 0], ['a/', 0], ['c/+', 0], ['+/+/d', 0]))
  await wire.gets('suback id1 0,0,0,0,0')
  for (const topic of ['A/b', 'a/b/', 'a', '//a', 'a//', 'c', 'c/x/y', 'd']) wire.send(publish(topic, 'no'))
  for (const topic of ['a/b', '/a', 'a/', 'c/', '//d']) wire.send(publish(topic, 'yes'))
  await wire.gets('publish a/b yes', 'publish /a yes', 'publish a/ yes', 'publish c/ yes', 'publish //d yes')
})
must(
  '4.8.0-1',
  'a remaining length of five bytes ends the connection',
  endsClient(Buffer.of(0x30, 255, 255, 255, 255, 1)),
)
must(
  '4.8.0-1',
  'a topic longer than its packet ends the connection',
  endsClient(frame(0x30, uint16(50), Buffer.from('a'))),
)
