import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { type Sentence, spoken } from '#kit/sentence.ts'
import { type BrickdSimulator, startBrickdSimulator } from '#rig/brickd-simulator.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { BrickdClient } from './brickd-client.ts'
import type { DeviceState, Source, Value } from './definition.ts'

const TEMPERATURE_V2 = 2113
const temperature: Source = {
  callback: 4,
  layout: ['i16'],
  setting: { style: 'configuration', fn: 2, type: 'i16' },
  read: { fn: 1, gives: ['i16'] },
}
const getTemperature = { fn: 1, name: 'get temperature', gives: ['i16'] } as const
const CONFIGURE = 'Set Temperature Callback Configuration'

const open: (Disposable | AsyncDisposable)[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse())
    if (Symbol.asyncDispose in each) await each[Symbol.asyncDispose]()
    else each[Symbol.dispose]()
})

/** Waits for a condition; what goes over sockets takes real time, if little. */
const until = (check: () => void): Promise<void> => vi.waitFor(check, { interval: 2, timeout: 10_000 })

interface Rig {
  readonly clock: VirtualClock
  readonly brickd: BrickdSimulator
  readonly client: BrickdClient
  readonly reasons: string[]
}

async function rig(options: { secret?: string; entered?: string } = {}): Promise<Rig> {
  const clock = new VirtualClock()
  const brickd = await startBrickdSimulator({ clock, ...(options.secret && { secret: options.secret }) })
  brickd.add('tM1', 'temperature-v2')
  brickd.set('tM1', 'temperature', 22.22)
  const reasons: string[] = []
  const client = new BrickdClient({
    host: '127.0.0.1',
    port: brickd.port,
    secret: options.entered ?? options.secret ?? '',
    clock,
    random: () => 0,
    status: (state, text) => {
      if (state === 'error' && text !== undefined) reasons.push(spoken(text).text)
    },
    log: () => {},
  })
  open.push(brickd, client)
  return { clock, brickd, client, reasons }
}

function statesOf(client: BrickdClient, uid: string, id = TEMPERATURE_V2): DeviceState['kind'][] {
  const kinds: DeviceState['kind'][] = []
  client.device(uid, id).watch(({ kind }) => kinds.push(kind))
  return kinds
}

const available = (client: BrickdClient, uid = 'tM1'): Promise<void> =>
  until(() => expect(client.device(uid, TEMPERATURE_V2).state.kind).toBe('available'))

/** Observes the temperature; answers what is delivered. */
function observe(client: BrickdClient, periodMs: number, onlyChanges = true): Value[] {
  const seen: Value[] = []
  client
    .device('tM1', TEMPERATURE_V2)
    .observe(temperature, { periodMs, onlyChanges }, ([value]) => seen.push(value as Value))
  return seen
}

const configured = (brickd: BrickdSimulator): unknown[] =>
  brickd.calls('tM1', CONFIGURE).map(({ values }) => [values['period'], values['valueHasToChange']])

describe('a client', () => {
  it('knows which devices are there, and offers those that have a node', async () => {
    const { clock, brickd, client } = await rig()
    brickd.add('Md2', 'motion-detector-v2')
    await available(client)
    await clock.advance(1_000)
    expect(await client.discover()).toEqual([
      { label: 'Temperature 2.0 · tM1', fields: { uid: 'tM1', device: 'temperature-v2' } },
      { label: 'Motion Detector 2.0 · Md2', fields: { uid: 'Md2', device: 'motion-detector-v2' } },
    ])
  })

  it('tells of a device that it is missing, or of another type', async () => {
    const { clock, client } = await rig()
    const [there, gone, other] = [
      statesOf(client, 'tM1'),
      statesOf(client, 'xYz'),
      statesOf(client, 'tM1', 283),
    ]
    await available(client)
    await clock.advance(1_000)
    expect(there).toEqual(['connecting', 'available'])
    expect(gone).toEqual(['connecting', 'missing'])
    expect(other).toEqual(['connecting', 'mistaken'])
  })

  it('notices at once when a device is unplugged and plugged in again', async () => {
    const { brickd, client } = await rig()
    const states = statesOf(client, 'tM1')
    await available(client)
    brickd.unplug('tM1')
    await until(() => expect(states.at(-1)).toBe('missing'))
    brickd.plug('tM1')
    await until(() => expect(states.at(-1)).toBe('available'))
  })

  it('notices in the end when a device is gone and nobody says so', async () => {
    const { clock, brickd, client } = await rig()
    brickd.add('tM2', 'temperature-v2')
    const states = statesOf(client, 'tM2')
    await available(client, 'tM2')
    brickd.unplug('tM2', false)
    for (let second = 0; second < 44; second++) {
      await clock.advance(1_000)
      await client.device('tM1', TEMPERATURE_V2).call(getTemperature)
    }
    expect(states).toEqual(['connecting', 'available'])
    await clock.advance(1_000)
    expect(states).toEqual(['connecting', 'available', 'missing'])
  })

  it('refuses a UID that is none', async () => {
    const { client } = await rig()
    expect(() => client.device('l0', TEMPERATURE_V2)).toThrow('"l0" is not the UID of a device')
  })

  it('leaves nothing behind when it is closed', async () => {
    const { clock, brickd, client } = await rig()
    observe(client, 100)
    await available(client)
    client[Symbol.dispose]()
    await until(() => expect(brickd.clients).toBe(0))
    await brickd.close()
    expect(clock.planned).toBe(0)
  })
})

describe('a call', () => {
  it('waits for the first connection, and answers what the device gives', async () => {
    const { client } = await rig()
    expect(await client.device('tM1', TEMPERATURE_V2).call(getTemperature)).toEqual([2_222])
  })

  it.each([
    ['BRICKD_PARAMETER', { fn: 5, name: 'heater', takes: ['u8'] } as const, [7]],
    ['BRICKD_FUNCTION', { fn: 99, name: 'dance' } as const, []],
    ['BRICKD_ANSWER', { fn: 1, name: 'get temperature', gives: ['u32'] } as const, []],
  ])('fails with %s', async (code, fn, values) => {
    const { client } = await rig()
    await expect(client.device('tM1', TEMPERATURE_V2).call(fn, values)).rejects.toMatchObject({ code })
  })

  it('fails at once if the device is missing or of another type', async () => {
    const { clock, client } = await rig()
    await available(client)
    await clock.advance(1_000)
    const ofMissing = client.device('xYz', TEMPERATURE_V2).call(getTemperature)
    await expect(ofMissing).rejects.toMatchObject({ code: 'BRICKD_DEVICE_MISSING', field: 'uid' })
    const ofOther = client.device('tM1', 283).call(getTemperature)
    await expect(ofOther).rejects.toThrow('"tM1" is a Temperature 2.0, not a Humidity 2.0.')
  })

  it('fails after 2.5 s without an answer', async () => {
    const { clock, brickd, client } = await rig()
    await available(client)
    brickd.mute('tM1')
    let code = ''
    const call = client
      .device('tM1', TEMPERATURE_V2)
      .call(getTemperature)
      .catch((error) => {
        code = error.code
      })
    await clock.advance(2_499)
    expect(code).toBe('')
    await clock.advance(1)
    await call
    expect(code).toBe('BRICKD_TIMEOUT')
  })

  it('gets its own answer among forty at once, though only fifteen can be out', async () => {
    const { client } = await rig()
    const device = client.device('tM1', TEMPERATURE_V2)
    const answers = await Promise.all(Array.from({ length: 40 }, () => device.call(getTemperature)))
    expect(answers).toEqual(Array(40).fill([2_222]))
  })

  it('is not answered by the late answer to another', async () => {
    const { clock, brickd, client } = await rig()
    await available(client)
    const device = client.device('tM1', TEMPERATURE_V2)
    brickd.faults.answerDelayMs = 3_000
    const first = device.call(getTemperature).catch((error) => error.code)
    await until(() => expect(brickd.calls('tM1', 'Get Temperature')).toHaveLength(1))
    await clock.advance(2_500)
    expect(await first).toBe('BRICKD_TIMEOUT')
    brickd.faults.answerDelayMs = 1_000
    brickd.set('tM1', 'temperature', 30)
    const second = device.call(getTemperature)
    await until(() => expect(brickd.calls('tM1', 'Get Temperature')).toHaveLength(2))
    await clock.advance(1_000)
    expect(await second).toEqual([3_000])
  })
})

describe('an observer', () => {
  it('gets the present value first, and then what changes', async () => {
    const { clock, brickd, client } = await rig()
    const seen = observe(client, 100)
    await until(() => expect(seen).toEqual([2_222]))
    brickd.set('tM1', 'temperature', 25)
    await clock.advance(200)
    await until(() => expect(seen).toEqual([2_222, 2_500]))
    expect(configured(brickd)).toEqual([[100, true]])
  })

  it('does not break another that wants another period', async () => {
    const { clock, brickd, client } = await rig()
    const slow = observe(client, 1_000)
    const fast = observe(client, 100)
    await until(() => expect([slow, fast]).toEqual([[2_222], [2_222]]))
    expect(configured(brickd).at(-1)).toEqual([100, true])
    for (let step = 1; step <= 20; step++) {
      brickd.set('tM1', 'temperature', step)
      await clock.advance(100)
      await until(() => expect(fast.at(-1)).toBe(step * 100))
    }
    expect(fast).toHaveLength(21)
    expect(slow.length).toBeGreaterThanOrEqual(3)
    expect(slow.length).toBeLessThanOrEqual(4)
  })

  it('that wants each value gets it, though another wants only changes', async () => {
    const { clock, brickd, client } = await rig()
    const each = observe(client, 500, false)
    const changes = observe(client, 500, true)
    await until(() => expect([each.length, changes.length]).toEqual([1, 1]))
    expect(configured(brickd).at(-1)).toEqual([500, false])
    for (let count = 2; count <= 4; count++) {
      await clock.advance(500)
      await until(() => expect(each).toHaveLength(count))
    }
    expect(changes).toEqual([2_222])
  })

  it('leaves the device quiet when it goes as the last one', async () => {
    const { brickd, client } = await rig()
    const device = client.device('tM1', TEMPERATURE_V2)
    const [one, two] = [1_000, 200].map((periodMs) =>
      device.observe(temperature, { periodMs, onlyChanges: true }, () => {}),
    )
    await until(() => expect(configured(brickd).at(-1)).toEqual([200, true]))
    two?.[Symbol.dispose]()
    await until(() => expect(configured(brickd).at(-1)).toEqual([1_000, true]))
    one?.[Symbol.dispose]()
    await until(() => expect(configured(brickd).at(-1)).toEqual([0, false]))
  })

  it('gets values again after the device has restarted', async () => {
    const { clock, brickd, client } = await rig()
    const seen = observe(client, 100)
    await until(() => expect(configured(brickd)).toHaveLength(1))
    await until(() => expect(seen).toEqual([2_222]))
    brickd.restart('tM1')
    await until(() =>
      expect(configured(brickd)).toEqual([
        [100, true],
        [100, true],
      ]),
    )
    brickd.set('tM1', 'temperature', 30)
    await clock.advance(200)
    await until(() => expect(seen).toEqual([2_222, 3_000]))
  })

  it('gets values again after the brickd was away', async () => {
    const { clock, brickd, client, reasons } = await rig()
    const seen = observe(client, 100)
    await until(() => expect(seen).toEqual([2_222]))
    await brickd.stop()
    await until(() => expect(reasons).toHaveLength(1))
    brickd.set('tM1', 'temperature', -4)
    await brickd.start()
    await clock.advance(500)
    await until(() => expect(seen).toEqual([2_222, -400]))
  })

  it('that throws harms nobody else', async () => {
    const { clock, brickd, client } = await rig()
    const told: boolean[] = []
    const throwing = client
      .device('tM1', TEMPERATURE_V2)
      .observe(temperature, { periodMs: 0, onlyChanges: true }, (_, isNews) => {
        told.push(isNews)
        if (isNews) throw new Error('an observer fails')
      })
    await until(() => expect(configured(brickd)).toHaveLength(1))
    await until(() => expect(told).toContain(false)) // the value of now, which must be known before another is news
    brickd.set('tM1', 'temperature', 30)
    await clock.advance(10)
    await until(() => expect(told).toContain(true))
    throwing[Symbol.dispose]()
    const seen = observe(client, 100)
    await until(() => expect(seen).toEqual([3_000]))
    expect(brickd.connects).toBe(1)
  })

  it('is served in the end though the first answers are lost', async () => {
    const { clock, brickd, client } = await rig()
    brickd.mute('tM1')
    const seen = observe(client, 100)
    await available(client)
    await clock.advance(2_500)
    brickd.mute('tM1', false)
    await clock.advance(5_000)
    await until(() => expect(seen).toEqual([2_222]))
  })
})

describe('a secret', () => {
  it('opens the way', async () => {
    const { client } = await rig({ secret: 'geheim' })
    await available(client)
  })

  it.each([
    ['wrong', { secret: 'geheim', entered: 'falsch' }],
    ['entered where none is set', { entered: 'geheim' }],
  ])('that is %s is told as such, and not tried ten times a minute', async (_, options) => {
    const { clock, brickd, client, reasons } = await rig(options)
    await until(() => expect(reasons).toHaveLength(1))
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000)
      await until(() => expect(reasons).toHaveLength(brickd.connects))
    }
    expect(brickd.connects).toBeGreaterThan(2)
    expect(brickd.connects).toBeLessThan(10)
    expect(reasons[0]).toContain('refused the secret')
    expect(reasons.join()).not.toMatch(/geheim|falsch/)
    await expect(client.discover()).rejects.toMatchObject({ code: 'BRICKD_SECRET_REFUSED' })
  })

  it('that is missing is asked for', async () => {
    const { clock, brickd, reasons } = await rig({ secret: 'geheim', entered: '' })
    await until(() => expect(brickd.connects).toBe(1))
    for (let step = 0; step < 10 && reasons.length === 0; step++) await clock.advance(500)
    await until(() => expect(reasons[0]).toContain('If a secret is set there, enter it'))
  })
})

test('what answers and is no brickd is named as such, with its place', async () => {
  const clock = new VirtualClock()
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const said: string[] = []
  const status = (state: string, text?: string | Sentence) => {
    if (state === 'error' && text !== undefined) said.push(spoken(text).text)
  }
  using _client = new BrickdClient({ host: '127.0.0.1', port, secret: '', clock, status, log: () => {} })
  await until(() => expect(said).toHaveLength(1))
  expect(said[0]).toContain(`What answers at 127.0.0.1:${port} is no brickd.`)
  server.close()
})

describe('a bad network', () => {
  it('may split packets into single bytes', async () => {
    const { brickd, client } = await rig()
    brickd.faults.splitInto = 1
    await available(client)
    expect(await client.device('tM1', TEMPERATURE_V2).call(getTemperature)).toEqual([2_222])
  })

  it('may merge packets', async () => {
    const { brickd, client } = await rig()
    brickd.faults.isMerging = true
    const device = client.device('tM1', TEMPERATURE_V2)
    const answers = await Promise.all([device.call(getTemperature), device.call(getTemperature)])
    expect(answers).toEqual([[2_222], [2_222]])
  })

  it.each([
    [
      'reset the connection in the middle of a packet',
      (brickd: BrickdSimulator) => {
        brickd.faults.cutsNextPacket = true
        brickd.restart('tM1')
      },
    ],
    ['send rubbish', (brickd: BrickdSimulator) => brickd.sendBytes(Buffer.alloc(80))],
    ['end the connection', (brickd: BrickdSimulator) => brickd.dropClients()],
  ])('may %s; values resume', async (_, harm) => {
    const { clock, brickd, client, reasons } = await rig()
    const seen = observe(client, 100)
    await until(() => expect(seen).toEqual([2_222]))
    harm(brickd)
    await until(() => expect(reasons).toHaveLength(1))
    brickd.set('tM1', 'temperature', 30)
    await clock.advance(500)
    await until(() => expect(seen).toEqual([2_222, 3_000]))
  })

  it('may fall silent without a word; that is found within 7.5 s, and values resume', async () => {
    const { clock, brickd, client, reasons } = await rig()
    const seen = observe(client, 100)
    await until(() => expect(seen).toEqual([2_222]))
    brickd.faults.isFrozen = true
    await clock.advance(7_500)
    expect(reasons).toEqual([expect.stringContaining('does not answer any more')])
    brickd.faults.isFrozen = false
    brickd.set('tM1', 'temperature', 30)
    await clock.advance(500)
    await until(() => expect(seen).toEqual([2_222, 3_000]))
  })

  it('is not there: attempts come ever more rarely', async () => {
    const { clock, brickd, client, reasons } = await rig()
    await available(client)
    await brickd.stop()
    await until(() => expect(reasons).toHaveLength(1))
    for (const [index, wait] of [500, 1_000, 2_000, 4_000].entries()) {
      await clock.advance(wait - 1)
      expect(reasons).toHaveLength(index + 1)
      await clock.advance(1)
      await until(() => expect(reasons).toHaveLength(index + 2))
    }
    expect(reasons.at(-1)).toMatch(/^The brickd at 127\.0\.0\.1:\d+ cannot be reached: nothing listens there/)
  })
})
