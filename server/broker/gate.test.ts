import type { IClientOptions } from 'mqtt'
import { describe, expect, test } from 'vitest'
import type { AccessAction, AccessRule } from '#server/access/access-control.ts'
import { type AccessRig, accessRig, OpenAccounts } from '#server/access/access-rig.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { type BrokerRig, brokerRig, packet, patient, type TestClient } from './broker-rig.ts'

const both = ['subscribe', 'receive'] as const
const allow = (filter: string, actions: readonly AccessAction[] = ['publish', ...both], changes = {}) =>
  ruleOf({ filter, actions, ...changes })
const deny = (filter: string, actions: readonly AccessAction[] = ['publish', ...both], changes = {}) =>
  ruleOf({ subject: { kind: 'user', name: 'bell' }, filter, actions, effect: 'deny', ...changes })
let number = 0
const ruleOf = (changes: Partial<AccessRule>): AccessRule => ({
  ...{ id: `rule-${number++}`, subject: { kind: 'everyone' }, actions: [], filter: '#' },
  ...{ effect: 'allow', maxQoS: 2, retain: true, note: '' },
  ...changes,
})

/** Who sees all there is, and may send all. */
const watcher: AccessRule = allow('#', undefined, { subject: { kind: 'user', name: 'watcher' } })

interface House extends AsyncDisposable {
  readonly access: AccessRig
  readonly rig: BrokerRig
  /** Everything that the broker gives out on topics that it may. */
  readonly seen: TestClient
  as(user: string | undefined, options?: IClientOptions): Promise<TestClient>
}

async function house(...rules: AccessRule[]): Promise<House> {
  const accounts = new OpenAccounts({ name: 'watcher', role: 'viewer' })
  const access = accessRig({ rules: [watcher, ...rules], clock: realClock, accounts })
  const rig = await brokerRig({ access: access.desk })
  const as = (user: string | undefined, options: IClientOptions = {}) =>
    rig.connect({ ...(user !== undefined && { username: user, password: 'right' }), ...options })
  const seen = await as('watcher')
  await seen.mqtt.subscribeAsync('#', { qos: 2 })
  return { access, rig, seen, as, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() }
}

/** What has come by the time that a message sent after it has. */
async function settled({ seen, as }: House, ...others: TestClient[]): Promise<void> {
  const sender = await as('watcher')
  await sender.mqtt.publishAsync('end', '.', { qos: 1 })
  await expect.poll(() => seen.messages.at(-1), patient).toBe('end . 1')
  for (const other of others) if (other.mqtt.connected) await ping(other)
  seen.messages.pop()
}

/** Whatever the broker had for a client is there once it has answered. */
async function ping({ mqtt }: TestClient): Promise<void> {
  await mqtt.unsubscribeAsync('never/subscribed')
}

const codes = ({ access }: House) => access.desk.refusals().map(({ code }) => code)

describe.each([4, 5] as const)('with MQTT %i', (protocolVersion) => {
  type Case = [string, AccessRule[], { topic: string; qos?: 0 | 1 | 2; retain?: boolean }, string | null]
  test.each<Case>([
    ['an allowed topic', [allow('a/#')], { topic: 'a/b' }, null],
    ['an allowed topic, QoS 1', [allow('a/#')], { topic: 'a/b', qos: 1 }, null],
    ['an allowed topic, QoS 2', [allow('a/#')], { topic: 'a/b', qos: 2 }, null],
    ['a topic without a rule', [allow('a/#')], { topic: 'b' }, 'MQTT_PUBLISH_NOT_ALLOWED'],
    ['a topic without a rule, QoS 1', [allow('a/#')], { topic: 'b', qos: 1 }, 'MQTT_PUBLISH_NOT_ALLOWED'],
    ['a topic without a rule, QoS 2', [allow('a/#')], { topic: 'b', qos: 2 }, 'MQTT_PUBLISH_NOT_ALLOWED'],
    ['a denied topic', [allow('#'), deny('b')], { topic: 'b', qos: 0 }, 'MQTT_PUBLISH_DENIED'],
    ['a denied topic, QoS 1', [allow('#'), deny('b')], { topic: 'b', qos: 1 }, 'MQTT_PUBLISH_DENIED'],
    ['its own topic by %u', [allow('dev/%u/#')], { topic: 'dev/bell/x', qos: 1 }, null],
    ['the topic of another by %u', [allow('dev/%u/#')], { topic: 'dev/lamp/x' }, 'MQTT_PUBLISH_NOT_ALLOWED'],
    ['its own topic by %c', [allow('dev/%c')], { topic: 'dev/bell-1', qos: 1 }, null],
    ['a topic below its client id', [allow('dev/%c')], { topic: 'dev/bell-1/x' }, 'MQTT_PUBLISH_NOT_ALLOWED'],
    [
      'a higher QoS than granted',
      [allow('#', ['publish'], { maxQoS: 0 })],
      { topic: 'b', qos: 1 },
      'MQTT_QOS_TOO_HIGH',
    ],
    [
      'QoS 2 where 1 is granted',
      [allow('#', ['publish'], { maxQoS: 1 })],
      { topic: 'b', qos: 2 },
      'MQTT_QOS_TOO_HIGH',
    ],
    ['the QoS that is granted', [allow('#', ['publish'], { maxQoS: 1 })], { topic: 'b', qos: 1 }, null],
    [
      'retained where it may not',
      [allow('#', ['publish'], { retain: false })],
      { topic: 'b', qos: 1, retain: true },
      'MQTT_RETAIN_NOT_ALLOWED',
    ],
    ['retained where it may', [allow('#', ['publish'])], { topic: 'b', qos: 1, retain: true }, null],
    ['with a rule to receive only', [allow('#', both)], { topic: 'b', qos: 1 }, 'MQTT_PUBLISH_NOT_ALLOWED'],
  ])('publishing: %s', async (_, rules, { topic, qos = 0, retain = false }, code) => {
    await using home = await house(...rules)
    const bell = await home.as('bell', { protocolVersion, clientId: 'bell-1' })
    const sent = bell.mqtt.publishAsync(topic, 'x', { qos, retain })
    // in MQTT 5 an acknowledgement says that it was refused; 3.1.1 has no word for it
    if (code !== null && qos > 0 && protocolVersion === 5) await expect(sent).rejects.toThrow(/ot authorized/)
    else await sent
    await settled(home, bell)
    const whole = `${topic} x${qos > 0 ? ` ${qos}` : ''}`
    expect(home.seen.messages).toEqual(code === null ? [whole] : [])
    expect(home.rig.broker.retained(topic) !== undefined).toBe(code === null && retain)
    expect(codes(home)).toEqual(code === null ? [] : [code])
    expect(bell.mqtt.connected).toBe(true)
  })

  type Asked = [string, AccessRule[], string, number, string | null]
  test.each<Asked>([
    ['what a rule covers', [allow('a/#')], 'a/+/x', 2, null],
    ['what rules cover together', [allow('a'), allow('a/+/#')], 'a/#', 2, null],
    ['what is wider than the rule', [allow('a/#')], '#', 128, 'MQTT_SUBSCRIBE_NOT_ALLOWED'],
    ['what is denied as a whole', [allow('#'), deny('a/#')], 'a/b', 128, 'MQTT_SUBSCRIBE_DENIED'],
    ['what is denied in part', [allow('#'), deny('a/b')], 'a/#', 2, null],
    ['with a cap on QoS', [allow('#', both, { maxQoS: 1 })], 'a', 1, null],
    ['with the lowest cap of its parts', [allow('a'), allow('a/+/#', both, { maxQoS: 0 })], 'a/#', 0, null],
    ['statistics without a rule', [allow('#')], '$SYS/#', 128, 'MQTT_SUBSCRIBE_NOT_ALLOWED'],
    ['statistics with a rule', [allow('$SYS/#', both)], '$SYS/broker/+', 2, null],
    ['with a rule to publish only', [allow('#', ['publish'])], 'a', 128, 'MQTT_SUBSCRIBE_NOT_ALLOWED'],
  ])('subscribing: %s', async (_, rules, filter, granted, code) => {
    await using home = await house(...rules)
    const bell = await home.as('bell', { protocolVersion })
    const asked = bell.mqtt.subscribeAsync(filter, { qos: 2 })
    if (granted > 2) await expect(asked).rejects.toThrow()
    else expect((await asked)[0]?.qos).toBe(granted)
    expect(codes(home)).toEqual(code === null ? [] : [code])
  })

  type Received = [string, AccessRule[], readonly string[]]
  const received: Received[] = [
    ['nothing is limited', [allow('#')], ['a/b 1 1', 'a/c 2 2', 'a/d 0']],
    ['a part is denied', [allow('#'), deny('a/c')], ['a/b 1 1', 'a/d 0']],
    ['a part is denied to be received', [allow('#'), deny('a/c', ['receive'])], ['a/b 1 1', 'a/d 0']],
    ['a part is denied to be subscribed to', [allow('#'), deny('a/c', ['subscribe'])], ['a/b 1 1', 'a/d 0']],
    ['nothing is to be received', [allow('#', ['subscribe'])], []],
    ['QoS is capped', [allow('#', ['publish', ...both], { maxQoS: 0 })], ['a/b 1', 'a/c 2', 'a/d 0']],
    [
      'a part is capped',
      [allow('#', ['subscribe']), allow('a/b', both), allow('a/+', both, { maxQoS: 0 })],
      ['a/b 1 1', 'a/c 2', 'a/d 0'],
    ],
  ]
  const send = async ({ seen }: House, retain = false) => {
    await seen.mqtt.publishAsync('a/b', '1', { qos: 1, retain })
    await seen.mqtt.publishAsync('a/c', '2', { qos: 2, retain })
    await seen.mqtt.publishAsync('a/d', '0', { qos: 0, retain })
  }

  test.each(received)('live messages, where %s', async (_, rules, expected) => {
    await using home = await house(...rules)
    const bell = await home.as('bell', { protocolVersion })
    await bell.mqtt.subscribeAsync('a/#', { qos: 2 })
    await send(home)
    await settled(home, bell)
    expect(bell.messages.sort()).toEqual(expected)
  })

  test.each(received)('retained messages, where %s', async (_, rules, expected) => {
    await using home = await house(...rules)
    await send(home, true)
    await settled(home)
    const bell = await home.as('bell', { protocolVersion })
    await bell.mqtt.subscribeAsync('a/#', { qos: 2 })
    await expect.poll(() => bell.messages.length, patient).toBe(expected.length)
    await ping(bell)
    expect(bell.messages.sort()).toEqual(expected.map((message) => `${message} retained`))
  })

  const lasting: IClientOptions = {
    ...{ clientId: 'bell-1', clean: false, protocolVersion },
    ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 600 } }),
  }

  test.each(received)('messages for a client that is away, where %s', async (_, rules, expected) => {
    await using home = await house(...rules)
    const before = await home.as('bell', lasting)
    await before.mqtt.subscribeAsync('a/#', { qos: 2 })
    await before.mqtt.endAsync()
    await send(home)
    await settled(home)
    const bell = await home.as('bell', lasting)
    const kept = expected.filter((message) => /^\S+ \d [12]$/.test(message))
    await expect.poll(() => bell.messages.length, patient).toBe(kept.length)
    await ping(bell)
    expect(bell.messages).toEqual(kept)
  })

  test('what a client waited for is not given to it once a rule says so, and does not block the rest', async () => {
    await using home = await house(allow('#'))
    const before = await home.as('bell', lasting)
    await before.mqtt.subscribeAsync('a/#', { qos: 1 })
    await before.mqtt.endAsync()
    await send(home)
    await settled(home)
    await home.access.desk.addRule(deny('a/b'))
    const bell = await home.as('bell', lasting)
    await bell.received('a/c 2 1')
    await ping(bell)
    await home.access.desk.removeRule(home.access.desk.rules().at(-1)?.id ?? '')
    await home.seen.mqtt.publishAsync('a/b', 'later', { qos: 1 })
    await bell.received('a/c 2 1', 'a/b later 1')
  })

  test.each([0, 1, 2] as const)(
    'a will of QoS %i that may not be told is not, also if it was allowed at first',
    async (qos) => {
      await using home = await house(allow('a/#'))
      const will = (topic: string) => ({ topic, payload: Buffer.from('gone'), qos, retain: true })
      const clients = await Promise.all(
        ['a/1', 'b/2', 'a/3'].map((topic) => home.as('bell', { protocolVersion, will: will(topic) })),
      )
      await home.access.desk.addRule(deny('a/3'))
      for (const { mqtt } of clients) mqtt.stream.destroy()
      await expect.poll(() => home.seen.messages.length, patient).toBe(1)
      await settled(home)
      expect(home.seen.messages).toEqual([`a/1 gone${qos > 0 ? ` ${qos}` : ''}`])
      expect(['b/2', 'a/3'].map((topic) => home.rig.broker.retained(topic))).toEqual([undefined, undefined])
      await expect
        .poll(() => codes(home).sort(), patient)
        .toEqual(['MQTT_PUBLISH_DENIED', 'MQTT_PUBLISH_NOT_ALLOWED'])
    },
  )

  test('a rule reaches who is connected, with its subscriptions as they are', async () => {
    await using home = await house(allow('#'))
    const bell = await home.as('bell', { protocolVersion })
    await bell.mqtt.subscribeAsync(['a/b', 'c/#'], { qos: 1 })
    const say = (topic: string) => home.seen.mqtt.publishAsync(topic, 'x', { qos: 1 })
    await say('a/b')
    const rule = await home.access.desk.addRule(deny('a/b'))
    await say('a/b')
    await say('c/1')
    await home.access.desk.changeRule({ ...rule, filter: 'c/#' })
    await say('c/2')
    await say('a/b')
    await home.access.desk.removeRule(rule.id)
    await say('c/3')
    await bell.received('a/b x 1', 'c/1 x 1', 'a/b x 1', 'c/3 x 1')
    expect(codes(home)).toEqual(['MQTT_SUBSCRIPTION_ASLEEP', 'MQTT_SUBSCRIPTION_ASLEEP'])
  })

  test('a rule reaches what a client publishes, on the next message', async () => {
    await using home = await house(allow('#'))
    const bell = await home.as('bell', { protocolVersion })
    const say = (text: string) => bell.mqtt.publishAsync('a', text, { qos: 1 }).catch(() => {})
    await say('1')
    const rule = await home.access.desk.addRule(deny('a'))
    await say('2')
    await home.access.desk.removeRule(rule.id)
    await say('3')
    await settled(home, bell)
    expect(home.seen.messages).toEqual(['a 1 1', 'a 3 1'])
  })

  test('a filter sleeps where only part of it is covered still, also for a session from before', async () => {
    await using home = await house(allow('a/#'), allow('b/#'))
    const before = await home.as('bell', lasting)
    await before.mqtt.subscribeAsync(['a/#', 'b/#'], { qos: 1 })
    await before.mqtt.endAsync()
    const [, all] = home.access.desk.rules()
    await home.access.desk.changeRule({ ...(all ?? expect.fail()), filter: 'a/x' })
    const bell = await home.as('bell', lasting)
    const say = (topic: string) => home.seen.mqtt.publishAsync(topic, 'y', { qos: 1 })
    await say('a/x')
    await say('b/x')
    await home.access.desk.changeRule({ ...(all ?? expect.fail()), filter: 'a/#' })
    await say('a/x')
    await bell.received('b/x y 1', 'a/x y 1')
  })

  test('who has lost the account is gone at once, and its will is not told', async () => {
    await using home = await house(allow('#'))
    const will = { topic: 'w', payload: Buffer.from('gone'), qos: 1 as const, retain: false }
    const bell = await home.as('bell', { protocolVersion, will })
    home.access.accounts.remove('bell')
    home.access.desk.userChanged('bell')
    await expect.poll(() => bell.mqtt.connected, patient).toBe(false)
    await settled(home)
    expect(home.seen.messages).toEqual([])
    expect(codes(home)).toContain('MQTT_LOGIN_OVER')
  })

  test.each([
    ['of another', 'lamp'],
    ['without a login', undefined],
  ])('a client %s gets neither the client id nor the session of a user', async (_, user) => {
    await using home = await house(allow('#'))
    const bell = await home.as('bell', lasting)
    const code = protocolVersion === 5 ? 0x85 : 2
    await expect(home.as(user, lasting)).rejects.toMatchObject({ code })
    await ping(bell)
    await home.access.desk.releaseClientId('bell-1')
    await home.as(user, lasting)
    await expect.poll(() => bell.mqtt.connected, patient).toBe(false)
  })

  test('after five wrong logins none is looked at for a while', async () => {
    await using home = await house(allow('#'))
    const attempt = (password: string) =>
      home.rig.connect({ protocolVersion, username: 'bell', password }).then(
        () => 0,
        ({ code }) => code,
      )
    const outcomes: number[] = []
    for (const password of ['a', 'b', 'c', 'd', 'e', 'right']) outcomes.push(await attempt(password))
    const [wrong, later] = protocolVersion === 5 ? [0x86, 0x88] : [4, 3]
    expect(outcomes).toEqual([wrong, wrong, wrong, wrong, wrong, later])
    await home.as('watcher')
  })
})

test('acknowledgements keep their order where some are of refused messages', async () => {
  await using home = await house(allow('a'))
  const flow = Promise.withResolvers<void>()
  using _ = home.rig.broker.service.subscribe('a', 1, () => flow.promise)
  const client = await home.rig.raw()
  const login = { username: 'bell', password: Buffer.from('right') }
  client.send({ cmd: 'connect', protocolId: 'MQTT', clientId: 'x', clean: true, keepalive: 0, ...login })
  await client.received('connack')
  const publish = (topic: string, messageId: number) =>
    ({ cmd: 'publish', topic, payload: 'x', qos: 1, messageId, dup: false, retain: false }) as const
  client.send(publish('a', 1), publish('b', 2), publish('a', 3), publish('b', 4))
  await expect.poll(() => codes(home), patient).toContain('MQTT_PUBLISH_NOT_ALLOWED')
  flow.resolve()
  const acks = () => client.packets.flatMap((one) => (one.cmd === 'puback' ? [one.messageId] : []))
  await expect.poll(acks, patient).toEqual([1, 2, 3, 4])
})

test('a QoS 2 message that is refused is so to the end, and again when it comes again', async () => {
  await using home = await house(allow('a'))
  const client = await home.rig.raw()
  const login = { username: 'bell', password: Buffer.from('right') }
  client.send({ cmd: 'connect', protocolId: 'MQTT', clientId: 'x', clean: true, keepalive: 0, ...login })
  await client.received('connack')
  const publish = {
    cmd: 'publish',
    topic: 'b',
    payload: 'x',
    qos: 2,
    messageId: 7,
    dup: false,
    retain: false,
  } as const
  client.send(publish, { ...publish, dup: true }, { cmd: 'pubrel', messageId: 7 })
  await client.received('pubcomp')
  await settled(home)
  expect(client.packets.map(({ cmd }) => cmd)).toEqual(['connack', 'pubrec', 'pubrec', 'pubcomp'])
  expect(home.seen.messages).toEqual([])
})

test('subscriptions right behind CONNECT are capped and refused like any other', async () => {
  await using home = await house(allow('a/#', both, { maxQoS: 0 }))
  const client = await home.rig.raw()
  const subscriptions = ['a/b', 'b', 'a/#'].map((topic) => ({ topic, qos: 1 as const }))
  const login = { username: 'bell', password: Buffer.from('right') }
  client.send(
    { cmd: 'connect', protocolId: 'MQTT', clientId: 'x', clean: true, keepalive: 0, ...login },
    { cmd: 'subscribe', messageId: 1, subscriptions },
  )
  expect(await client.received('suback')).toMatchObject({ granted: [0, 0x80, 0] })
})

test('the will of a client from before a restart goes by the rules of now', async () => {
  const access = accessRig({ rules: [watcher, allow('#')], clock: realClock })
  await using rig = await brokerRig({ access: access.desk, limits: { willGraceMs: 0 } })
  const login = { username: 'bell', password: 'right' }
  const will = (topic: string) => ({ topic, payload: Buffer.from('gone'), qos: 1 as const, retain: true })
  await rig.connect({ ...login, clientId: 'one', will: will('a') })
  await rig.connect({ ...login, clientId: 'two', will: will('b') })
  await rig.stop()
  await access.desk.addRule(deny('a', ['publish']))
  await rig.start()
  await expect.poll(() => rig.broker.retained('b'), patient).toBeDefined()
  expect(rig.broker.retained('a')).toBeUndefined()
})

test('a login that runs out ends the connection', async () => {
  await using home = await house(allow('#'))
  const { desk } = home.access
  const signIn = desk.signIn.bind(desk)
  desk.signIn = async (credentials) => {
    const answer = await signIn(credentials)
    return 'refused' in answer ? answer : { subject: { ...answer.subject, until: realClock.now() + 300 } }
  }
  const [bell, later] = [await home.as('bell'), await home.as('lamp', { protocolVersion: 5 })]
  const reasons: (number | undefined)[] = []
  later.mqtt.on('disconnect', ({ reasonCode }) => reasons.push(reasonCode))
  await expect.poll(() => [bell.mqtt.connected, later.mqtt.connected], patient).toEqual([false, false])
  expect(reasons).toEqual([0x87])
  expect(home.seen.mqtt.connected).toBe(true)
})

test('flows are the house, and under no rules', async () => {
  await using home = await house()
  const seen: string[] = []
  using _ = home.rig.broker.service.subscribe('#', 1, ({ topic }) => void seen.push(topic))
  await home.rig.broker.service.publish(packet('a', 'x', 1))
  await settled(home)
  expect(seen).toEqual(['a', 'end'])
})

test('messages of others go on at full speed for who has no limits: it is not asked about them', async () => {
  await using home = await house(
    allow('#', ['publish', ...both], { subject: { kind: 'user', name: 'bell' } }),
  )
  const bell = await home.as('bell')
  await bell.mqtt.subscribeAsync('a', { qos: 0 })
  let asked = 0
  const { desk } = home.access
  const decide = desk.decide.bind(desk)
  desk.decide = (...question) => {
    asked++
    return decide(...question)
  }
  for (let time = 0; time < 100; time++) bell.mqtt.publish('a', 'x', { qos: 0 })
  await expect.poll(() => bell.messages.length, patient).toBe(100)
  expect(asked).toBe(0)
})
