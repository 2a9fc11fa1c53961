import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { Clock } from '#kit/runtime/clock.ts'
import { AUTHENTICATE, GET_NONCE } from '#nodes/connections/brickd/authenticate.ts'
import type { DeviceKind } from '#nodes/connections/brickd/known-devices.ts'
import { pack, type Value } from '#nodes/connections/brickd/layout.ts'
import { BRICKD, BROADCAST, functions, type Packet } from '#nodes/connections/brickd/packet.ts'
import { parseUid } from '#nodes/connections/brickd/uid.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { PRESSED, RELEASED, screenOf } from './brickd/behaviours.ts'
import { catalogue } from './brickd/catalogue.ts'
import { readSegments } from './brickd/screen.ts'
import { type Faults, SimulatedClient } from './brickd/simulated-client.ts'
import { type Call, SimulatedDevice } from './brickd/simulated-device.ts'

export interface BrickdSimulatorOptions {
  /** Clients have to sign in. */
  readonly secret?: string
  readonly clock?: Clock
  /** 0, the default, takes a free one. */
  readonly port?: number
}

/**
 * A brickd with bricklets, on loopback, as strict as the real one: silent about UIDs it does not know, dropping whoever
 * sends a wrong header or a wrong secret, answering setters only if asked, sending callbacks to everybody.
 */
export async function startBrickdSimulator(options: BrickdSimulatorOptions = {}): Promise<BrickdSimulator> {
  const brickd = new BrickdSimulator(options)
  await brickd.start(options.port ?? 0)
  return brickd
}

const AVAILABLE = 0
const CONNECTED = 1
const DISCONNECTED = 2
const enumerationLayout = ['string[8]', 'string[8]', 'char', 'u8[3]', 'u8[3]', 'u16', 'u8'] as const
const nothing = Buffer.alloc(0)

export class BrickdSimulator implements AsyncDisposable {
  readonly faults: Faults = {
    splitInto: 0,
    isMerging: false,
    answerDelayMs: 0,
    isFrozen: false,
    cutsNextPacket: false,
  }
  /** Connections that clients have made so far. */
  connects = 0
  readonly #secret: string
  readonly #clock: Clock
  readonly #clients = new Set<SimulatedClient>()
  readonly #devices = new Map<number, SimulatedDevice>()
  readonly #unplugged = new Set<number>()
  readonly #mute = new Set<number>()
  #server: Server | undefined
  #port = 0

  constructor({ secret = '', clock = realClock }: BrickdSimulatorOptions) {
    this.#secret = secret
    this.#clock = clock
  }

  get port(): number {
    return this.#port
  }

  /** How many clients are connected. */
  get clients(): number {
    return this.#clients.size
  }

  /** Listens; after `stop`, again on the same port. Devices keep what they were set to. */
  async start(port = this.#port): Promise<void> {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connects++
      const client = new SimulatedClient(socket, this.#secret, this.faults, (packet) =>
        this.#handle(client, packet),
      )
      this.#clients.add(client)
      socket.on('close', () => this.#clients.delete(client))
    }).listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Ends all connections and listens no more, as when the brickd is stopped. */
  async stop(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    this.dropClients()
    await closed
  }

  async close(): Promise<void> {
    for (const device of this.#devices.values()) device.stop()
    await this.stop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Ends the connections of all clients; they may come again. */
  dropClients(): void {
    for (const client of [...this.#clients]) client.end()
  }

  /** Plugs a new device in. */
  add(uid: string, kind: DeviceKind): void {
    const number = parseUid(uid)
    if (number === undefined) throw new Error(`"${uid}" is not a UID`)
    const spec = catalogue.find((each) => each.kind === kind)
    if (!spec) throw new Error(`the catalogue has no "${kind}"`)
    const device = new SimulatedDevice(uid, spec, this.#clock, (fn, payload) => {
      if (!this.#unplugged.has(number)) this.#broadcast(number, fn, payload)
    })
    this.#devices.set(number, device)
    this.#enumerate(number, device, CONNECTED)
  }

  /** Pulls the cable: the device falls silent, and the brickd tells so, if it notices. */
  unplug(uid: string, isNoticed = true): void {
    const device = this.#device(uid)
    const number = parseUid(uid) as number
    device.stop()
    this.#unplugged.add(number)
    if (isNoticed) this.#broadcast(number, functions.enumerated, enumeration(uid, DISCONNECTED))
  }

  /** Puts the cable back: the device starts with nothing configured. */
  plug(uid: string): void {
    this.#unplugged.delete(parseUid(uid) as number)
    this.restart(uid)
  }

  /** The device restarts: its callback configuration is lost, and the brickd tells that it is connected. */
  restart(uid: string): void {
    const device = this.#device(uid)
    device.restart()
    this.#enumerate(parseUid(uid) as number, device, CONNECTED)
  }

  /** Takes requests to a device and answers none. */
  mute(uid: string, isMute = true): void {
    const number = parseUid(uid) as number
    if (isMute) this.#mute.add(number)
    else this.#mute.delete(number)
  }

  /** Lets a device measure something, in people's units: `set('tM1', 'temperature', 22.22)`. */
  set(uid: string, reading: string, value: number | boolean): void {
    const device = this.#device(uid)
    const getter = device.getter(reading)
    const element = getter.outputs[0]
    if (!element) throw new Error(`"${reading}" of ${uid} gives nothing`)
    const raw = typeof value === 'number' ? Math.round(value * element.divisor) : value
    const subject = getter.name.replace(/^(Get|Is) /, '')
    if (subject === 'Weight') {
      device.store('Gross', { Weight: raw })
      device.store('Weight', { Weight: Number(raw) - Number(device.get('Tare', 'Weight') ?? 0) })
    } else device.store(subject, { [element.name]: raw })
  }

  /** What a getter of the device gives now, raw, by camel-case names: `get('Db2', 'ledState')`. */
  get(uid: string, reading: string): Readonly<Record<string, Value>> {
    return this.#device(uid).read(reading)
  }

  /** Presses a button: `left` or `right` of a Dual Button, 0 to 3 of an LCD; the only one needs no name. */
  press(uid: string, button: 'left' | 'right' | number = 'left'): void {
    this.#button(uid, button, PRESSED)
  }

  release(uid: string, button: 'left' | 'right' | number = 'left'): void {
    this.#button(uid, button, RELEASED)
  }

  /** Somebody moves before a motion detector, or has been still until its cycle ended. */
  move(uid: string, isMoving = true): void {
    const device = this.#device(uid)
    device.store('Motion Detected', { Motion: isMoving ? 1 : 0 })
    device.fire(isMoving ? 'Motion Detected' : 'Detection Cycle Ended')
  }

  /** Commands and settings that a device took, in order; with a name, the calls of that function, getters too. */
  calls(uid: string, name?: string): readonly Call[] {
    const { calls } = this.#device(uid)
    return name === undefined
      ? calls.filter((call) => !/^(Get|Is) /.test(call.name))
      : calls.filter((call) => call.name === name)
  }

  /** What stands on a display: four digits, or lines without blanks at their ends, joined by `\n`. */
  displayText(uid: string): string {
    const device = this.#device(uid)
    const segments = device.get('Segments', 'Segments') as readonly number[] | undefined
    if (device.spec.kind === 'segment-display-4x7')
      return readSegments(segments ?? [0, 0, 0, 0], device.get('Segments', 'Colon') === true)
    return screenOf(device).lines.join('\n').trimEnd()
  }

  /** Sends bytes to all clients as they are: rubbish, for instance. */
  sendBytes(bytes: Buffer): void {
    for (const client of this.#clients) client.sendBytes(bytes)
  }

  #device(uid: string): SimulatedDevice {
    const device = this.#devices.get(parseUid(uid) ?? 0)
    if (!device) throw new Error(`no device "${uid}" was added`)
    return device
  }

  #button(uid: string, button: 'left' | 'right' | number, state: number): void {
    const device = this.#device(uid)
    if (device.spec.kind === 'lcd-20x4') {
      device.fire(state === PRESSED ? 'Button Pressed' : 'Button Released', { Button: Number(button) })
    } else if (device.spec.kind === 'rgb-led-button') {
      device.store('Button State', { State: state })
      device.fire('Button State Changed', { State: state })
    } else pushDualButton(device, button === 'left' ? 'L' : 'R', state)
  }

  #handle(client: SimulatedClient, packet: Packet): void {
    if (packet.seq === 0) client.end()
    else if (packet.uid === BRICKD) this.#handleOwn(client, packet)
    else if (!client.isTrusted || packet.fn === functions.disconnectProbe) return
    else if (packet.uid === BROADCAST) this.#handleBroadcast(packet)
    else this.#handleDevice(client, packet)
  }

  /** There is no answer from a device that is not there: the asker has to notice by itself. */
  #handleDevice(client: SimulatedClient, packet: Packet): void {
    const device = this.#devices.get(packet.uid)
    if (!device || this.#unplugged.has(packet.uid) || this.#mute.has(packet.uid)) return
    this.#answer(client, packet, this.#ask(device, packet))
  }

  #ask(device: SimulatedDevice, { fn, payload }: Packet): { error: number; payload: Buffer } {
    if (fn === functions.identity)
      return { error: 0, payload: enumeration(device.uid, AVAILABLE, device.spec.id).subarray(0, -1) }
    if (fn === RESET) setImmediate(() => this.restart(device.uid))
    return device.handle(fn, payload)
  }

  #handleBroadcast({ fn }: Packet): void {
    if (fn !== functions.enumerate) return
    for (const [number, device] of this.#devices)
      if (!this.#unplugged.has(number)) this.#enumerate(number, device, AVAILABLE)
  }

  /** The brickd's own functions: the sign-in. Whoever does it wrong is dropped. */
  #handleOwn(client: SimulatedClient, packet: Packet): void {
    if (packet.fn === GET_NONCE) {
      const nonce = client.nonce()
      if (nonce) this.#answer(client, packet, { error: 0, payload: nonce })
      else client.end()
    } else if (packet.fn === AUTHENTICATE) {
      if (client.signIn(packet.payload)) this.#answer(client, packet, { error: 0, payload: nothing })
      else client.end()
    } else if (client.isTrusted) this.#answer(client, packet, { error: 2, payload: nothing })
  }

  #answer(client: SimulatedClient, request: Packet, answer: { error: number; payload: Buffer }): void {
    if (!request.responseExpected && answer.payload.length === 0) return
    const send = () => client.send({ ...request, ...answer })
    if (this.faults.answerDelayMs > 0) this.#clock.after(this.faults.answerDelayMs, send)
    else send()
  }

  #enumerate(number: number, device: SimulatedDevice, type: number): void {
    this.#broadcast(number, functions.enumerated, enumeration(device.uid, type, device.spec.id))
  }

  #broadcast(uid: number, fn: number, payload: Buffer): void {
    for (const client of this.#clients)
      if (client.isTrusted) client.send({ uid, fn, seq: 0, responseExpected: true, error: 0, payload })
  }
}

const RESET = 243

function pushDualButton(device: SimulatedDevice, side: 'L' | 'R', state: number): void {
  const led = Number(device.get('LED State', `LED ${side}`) ?? 1)
  if (state === PRESSED && led < 2) device.store('LED State', { [`LED ${side}`]: 1 - led })
  device.store('Button State', { [`Button ${side}`]: state })
  device.fire('State Changed', { ...device.values('Button State'), ...device.values('LED State') })
}

/** A device that is gone is told with its UID only. */
function enumeration(uid: string, type: number, id = 0): Buffer {
  if (type === DISCONNECTED) return pack(enumerationLayout, [uid, '', '\0', [0, 0, 0], [0, 0, 0], 0, type])
  return pack(enumerationLayout, [uid, '6Jm', 'a', [1, 0, 0], [2, 0, 4], id, type])
}
