import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answerNonce } from '#nodes/connections/brickd/authenticate.ts'
import { type Layout, pack, unpack, type Value } from '#nodes/connections/brickd/layout.ts'
import { encodePacket, type Packet, PacketReader } from '#nodes/connections/brickd/packet.ts'
import { parseUid } from '#nodes/connections/brickd/uid.ts'
import { type BrickdSimulator, startBrickdSimulator } from './brickd-simulator.ts'
import { VirtualClock } from './virtual-clock.ts'

const until = (check: () => void): Promise<void> => vi.waitFor(check, { interval: 2, timeout: 10_000 })

/** A client that knows nothing but bytes. */
class RawClient {
  readonly heard: Packet[] = []
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
    const reader = new PacketReader()
    socket.on('data', (bytes) => this.heard.push(...reader.push(bytes)))
    socket.on('error', () => {})
  }

  static async open(brickd: BrickdSimulator): Promise<RawClient> {
    const before = brickd.clients
    const socket = connect({ host: '127.0.0.1', port: brickd.port, noDelay: true })
    await once(socket, 'connect')
    await until(() => expect(brickd.clients).toBe(before + 1))
    return new RawClient(socket)
  }

  get isDropped(): boolean {
    return this.#socket.destroyed
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  send(packet: Partial<Packet>): void {
    this.write(
      encodePacket({
        uid: 1,
        fn: 255,
        seq: 1,
        responseExpected: true,
        error: 0,
        payload: Buffer.alloc(0),
        ...packet,
      }),
    )
  }

  /** Sends a request and waits for its answer. */
  async ask(uid: string, fn: number, layout: Layout = [], values: readonly Value[] = []): Promise<Packet> {
    const seen = this.answers.length
    this.send({ uid: parseUid(uid) as number, fn, payload: pack(layout, values) })
    await until(() => expect(this.answers.length).toBe(seen + 1))
    return this.answers.at(-1) as Packet
  }

  /** Waits until everything that was sent before has been handled: the brickd answers in order. */
  async flush(): Promise<void> {
    await this.ask('2', 255)
  }

  get answers(): Packet[] {
    return this.heard.filter(({ seq }) => seq !== 0)
  }

  callbacks(fn: number): Packet[] {
    return this.heard.filter((packet) => packet.seq === 0 && packet.fn === fn)
  }

  end(): void {
    this.#socket.destroy()
  }
}

const open: { close: () => void | Promise<void> }[] = []
afterEach(async () => {
  for (const { close } of open.splice(0).reverse()) await close()
})

async function rig(secret = '') {
  const clock = new VirtualClock()
  const brickd = await startBrickdSimulator({ clock, secret })
  const client = await RawClient.open(brickd)
  open.push({ close: () => brickd.close() }, { close: () => client.end() })
  return { clock, brickd, client }
}

const enumeration: Layout = ['string[8]', 'string[8]', 'char', 'u8[3]', 'u8[3]', 'u16', 'u8']

describe('a header', () => {
  it.each([
    ['is shorter than 8', [0, 0, 0, 0, 7, 1, 0x18, 0]],
    ['is longer than 80', [0, 0, 0, 0, 81, 1, 0x18, 0]],
    ['has function 0', [0, 0, 0, 0, 8, 0, 0x18, 0]],
    ['has sequence number 0', [0, 0, 0, 0, 8, 1, 0x08, 0]],
  ])('that %s costs the client its connection, and nobody else', async (_, bytes) => {
    const { brickd, client } = await rig()
    const other = await RawClient.open(brickd)
    client.write(Buffer.from(bytes))
    await until(() => expect(client.isDropped).toBe(true))
    await other.flush()
    other.end()
  })

  it('comes back in the answer, with its own length', async () => {
    const { brickd, client } = await rig()
    brickd.add('tM1', 'temperature-v2')
    client.send({ uid: parseUid('tM1') as number, fn: 1, seq: 11 })
    await until(() =>
      expect(client.answers).toMatchObject([{ uid: parseUid('tM1'), fn: 1, seq: 11, error: 0 }]),
    )
    expect(client.answers[0]?.payload).toHaveLength(2)
  })
})

describe('the brickd', () => {
  it('says nothing about a UID that it does not know, and nothing to a probe', async () => {
    const { client } = await rig()
    client.send({ uid: 4711, fn: 1 })
    client.send({ uid: 0, fn: 128, responseExpected: false })
    await client.flush()
    expect(client.heard).toHaveLength(1)
  })

  it('enumerates to every client, whoever asked', async () => {
    const { brickd, client } = await rig()
    const other = await RawClient.open(brickd)
    brickd.add('Md2', 'motion-detector-v2')
    brickd.add('tM1', 'temperature-v2')
    client.send({ uid: 0, fn: 254, responseExpected: false })
    for (const each of [client, other])
      await until(() =>
        expect(
          each
            .callbacks(253)
            .map(({ payload }) => unpack(enumeration, payload).filter((_, i) => [0, 5, 6].includes(i))),
        ).toEqual([
          ['Md2', 292, 1],
          ['tM1', 2113, 1],
          ['Md2', 292, 0],
          ['tM1', 2113, 0],
        ]),
      )
    other.end()
  })

  it('tells of a device that is gone only its UID', async () => {
    const { brickd, client } = await rig()
    brickd.add('tM1', 'temperature-v2')
    brickd.unplug('tM1')
    await until(() => expect(client.callbacks(253)).toHaveLength(2))
    const payload = client.callbacks(253)[1]?.payload ?? Buffer.alloc(0)
    expect(payload.toString('latin1')).toBe(`tM1${'\0'.repeat(22)}\x02`)
  })

  it('answers for itself that it does not know any other function', async () => {
    const { client } = await rig()
    expect(await client.ask('2', 77)).toMatchObject({ error: 2 })
  })

  it('gives the identity of a device', async () => {
    const { brickd, client } = await rig()
    brickd.add('tM1', 'temperature-v2')
    const { payload } = await client.ask('tM1', 255)
    expect(unpack(enumeration.slice(0, -1), payload)).toEqual(['tM1', '6Jm', 'a', [1, 0, 0], [2, 0, 4], 2113])
  })
})

describe('the sign-in', () => {
  const nonceOf = async (client: RawClient) => (await client.ask('2', 1)).payload

  it('lets in who has the secret', async () => {
    const { brickd, client } = await rig('geheim')
    brickd.add('tM1', 'temperature-v2')
    const answer = answerNonce('geheim', await nonceOf(client))
    client.send({ fn: 2, payload: answer })
    await until(() => expect(client.answers).toHaveLength(2))
    expect(await client.ask('tM1', 1)).toMatchObject({ error: 0 })
  })

  it('leaves everything else unanswered before', async () => {
    const { brickd, client } = await rig('geheim')
    brickd.add('tM1', 'temperature-v2')
    client.send({ uid: parseUid('tM1') as number, fn: 1 })
    client.send({ uid: 0, fn: 254 })
    await nonceOf(client)
    expect(client.heard).toHaveLength(1)
  })

  it.each<[string, string, (client: RawClient) => Promise<void>]>([
    [
      'the wrong secret',
      'geheim',
      async (client) => client.send({ fn: 2, payload: answerNonce('falsch', await nonceOf(client)) }),
    ],
    [
      'a digest before the nonce',
      'geheim',
      async (client) => client.send({ fn: 2, payload: Buffer.alloc(24) }),
    ],
    [
      'a second nonce',
      'geheim',
      async (client) => {
        await nonceOf(client)
        client.send({ fn: 1 })
      },
    ],
    ['a sign-in where no secret is set', '', async (client) => client.send({ fn: 1 })],
  ])('ends the connection after %s', async (_, secret, act) => {
    const { client } = await rig(secret)
    await act(client)
    await until(() => expect(client.isDropped).toBe(true))
  })
})

describe('a function', () => {
  it.each<[string, number, Layout, readonly Value[], number]>([
    ['in range', 1, ['u8[4]', 'u8', 'bool'], [[1, 2, 3, 4], 7, true], 0],
    ['out of range', 1, ['u8[4]', 'u8', 'bool'], [[1, 2, 3, 4], 8, true], 1],
    ['with an item out of range', 1, ['u8[4]', 'u8', 'bool'], [[1, 2, 128, 4], 7, true], 1],
    ['too short', 1, ['u8[4]', 'u8'], [[1, 2, 3, 4], 7], 1],
    ['unknown', 99, [], [], 2],
  ])('call that is %s: fn %i is answered with error %j', async (_, fn, layout, values, error) => {
    const { brickd, client } = await rig()
    brickd.add('pUj', 'segment-display-4x7')
    expect(await client.ask('pUj', fn, layout, values)).toMatchObject({ error })
    expect(brickd.calls('pUj')).toHaveLength(error === 0 ? 1 : 0)
  })

  it('that sets something is answered only if asked', async () => {
    const { brickd, client } = await rig()
    brickd.add('pUj', 'segment-display-4x7')
    const payload = pack(['u8[4]', 'u8', 'bool'], [[0, 91, 109, 63], 7, false])
    client.send({ uid: parseUid('pUj') as number, fn: 1, responseExpected: false, payload })
    await client.flush()
    expect(client.answers).toHaveLength(1)
    expect(brickd.displayText('pUj')).toBe(' 250')
  })
})

describe('a callback', () => {
  const configure: Layout = ['u32', 'bool', 'char', 'i16', 'i16']
  const temperatures = (client: RawClient, fn = 4) =>
    client.callbacks(fn).map(({ payload }) => unpack(['i16'], payload)[0])

  async function thermometer(...values: readonly Value[]) {
    const all = await rig()
    all.brickd.add('tM1', 'temperature-v2')
    all.brickd.set('tM1', 'temperature', 20)
    await all.client.ask('tM1', 2, configure, values)
    return { ...all, seen: () => temperatures(all.client) }
  }

  it('of a 2.0 device comes each period', async () => {
    const { clock, client, seen } = await thermometer(100, false, 'x', 0, 0)
    await clock.advance(350)
    await client.flush()
    expect(seen()).toEqual([2_000, 2_000, 2_000])
  })

  it('of a 2.0 device that has to change waits for a change, and then comes at once', async () => {
    const { clock, brickd, client, seen } = await thermometer(100, true, 'x', 0, 0)
    await clock.advance(350)
    brickd.set('tM1', 'temperature', 21)
    await client.flush()
    expect(seen()).toEqual([2_000, 2_100])
    brickd.set('tM1', 'temperature', 22)
    await client.flush()
    expect(seen()).toEqual([2_000, 2_100])
    await clock.advance(100)
    await client.flush()
    expect(seen()).toEqual([2_000, 2_100, 2_200])
  })

  it.each<[string, number, number[], number[]]>([
    ['>', 2_500, [2_500, 2_501], [2_501]],
    ['<', 2_500, [2_500, 2_499], [2_499]],
    ['i', 2_500, [2_499, 2_500, 2_600, 2_601], [2_500, 2_600]],
    ['o', 2_500, [2_499, 2_500, 2_600, 2_601], [2_499, 2_601]],
  ])('with the threshold %s comes only where it holds', async (option, min, values, expected) => {
    const { clock, brickd, client, seen } = await thermometer(100, false, option, min, 2_600)
    for (const value of values) {
      brickd.set('tM1', 'temperature', value / 100)
      await clock.advance(100)
    }
    await client.flush()
    expect(seen()).toEqual(expected)
  })

  it('of a 1.0 device comes each period, but only if the value has changed', async () => {
    const { clock, brickd, client } = await rig()
    brickd.add('aB1', 'temperature')
    await client.ask('aB1', 2, ['u32'], [100])
    await clock.advance(250)
    brickd.set('aB1', 'temperature', 21)
    await clock.advance(250)
    await client.flush()
    expect(temperatures(client, 8)).toEqual([0, 2_100])
  })

  it('of a 1.0 device repeats "reached" at the debounce period', async () => {
    const { clock, brickd, client } = await rig()
    brickd.add('aB1', 'temperature')
    brickd.set('aB1', 'temperature', 30)
    await client.ask('aB1', 6, ['u32'], [200])
    await client.ask('aB1', 4, ['char', 'i16', 'i16'], ['>', 2_500, 0])
    await clock.advance(450)
    await client.flush()
    expect(temperatures(client, 9)).toEqual([3_000, 3_000])
  })

  it('configuration belongs to the device: other clients get the callbacks too, and it survives its client', async () => {
    const { clock, brickd, client } = await thermometer(100, false, 'x', 0, 0)
    const other = await RawClient.open(brickd)
    client.end()
    await until(() => expect(brickd.clients).toBe(1))
    await clock.advance(100)
    await other.flush()
    expect(temperatures(other)).toEqual([2_000])
    other.end()
  })

  it('configuration is lost when the device restarts', async () => {
    const { clock, brickd, client, seen } = await thermometer(100, false, 'x', 0, 0)
    brickd.restart('tM1')
    await clock.advance(1_000)
    const { payload } = await client.ask('tM1', 3)
    expect(unpack(configure, payload)).toEqual([0, false, 'x', 0, 0])
    expect(seen()).toEqual([])
  })

  it('of a Dual Button 2.0 has to be switched on, and both buttons are released at first', async () => {
    const { brickd, client } = await rig()
    brickd.add('Db2', 'dual-button-v2')
    expect([...(await client.ask('Db2', 3)).payload]).toEqual([1, 1])
    brickd.press('Db2', 'left')
    await client.ask('Db2', 6, ['bool'], [true])
    brickd.release('Db2', 'left')
    brickd.press('Db2', 'right')
    await client.flush()
    expect(client.callbacks(4).map(({ payload }) => [...payload].slice(0, 2))).toEqual([
      [1, 1],
      [1, 0],
    ])
  })

  it('in pieces has the whole spectrum', async () => {
    const { clock, brickd, client } = await rig()
    brickd.add('SpL', 'sound-pressure-level')
    await client.ask('SpL', 6, ['u32'], [100])
    await clock.advance(100)
    await client.flush()
    const pieces = client.callbacks(8).map(({ payload }) => unpack(['u16', 'u16', 'u16[30]'], payload))
    expect(pieces).toHaveLength(18)
    expect(pieces.map(([length, offset]) => [length, offset]).at(-1)).toEqual([512, 510])
  })
})

describe('a device', () => {
  it('ends its beep by itself', async () => {
    const { clock, brickd, client } = await rig()
    brickd.add('Pz2', 'piezo-speaker-v2')
    await client.ask('Pz2', 1, ['u16', 'u8', 'u32'], [1_000, 3, 500])
    await clock.advance(499)
    await client.flush()
    expect(client.callbacks(7)).toHaveLength(0)
    await clock.advance(1)
    await client.flush()
    expect(client.callbacks(7)).toHaveLength(1)
  })

  it('measures what lies on it, again and again', async () => {
    const { brickd } = await rig()
    brickd.add('Lc2', 'load-cell-v2')
    for (const weight of [5, 10, 250]) brickd.set('Lc2', 'weight', weight)
    expect(brickd.get('Lc2', 'weight')).toEqual({ weight: 250 })
  })

  it('on which something lies weighs nothing after a tare', async () => {
    const { brickd, client } = await rig()
    brickd.add('Lc2', 'load-cell-v2')
    brickd.set('Lc2', 'weight', 250)
    await client.ask('Lc2', 10)
    expect(brickd.get('Lc2', 'weight')).toEqual({ weight: 0 })
    brickd.set('Lc2', 'weight', 300)
    expect(brickd.get('Lc2', 'weight')).toEqual({ weight: 50 })
    expect(brickd.calls('Lc2', 'Tare')).toHaveLength(1)
  })
})
