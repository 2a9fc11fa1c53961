import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { type Answer, type DecodedPacket, decode, encode, type Packet } from 'dns-packet'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import {
  ANY,
  addressRecords,
  answersTo,
  type HouseRecords,
  isContested,
  isSame,
  recordsOf,
  type Service,
} from './house-records.ts'
import { type Network, networksOf, ownAddresses } from './networks.ts'

export interface AnnouncerOptions {
  /** Where the house listens. */
  readonly host: string
  readonly services: readonly Service[]
  readonly clock: Clock
  readonly log: { info(text: string): void; warn(text: string): void }
  /** The name that the house has got, once nobody else has it. */
  readonly onName: (name: string) => void
  /** Tests have one of their own. */
  readonly port?: number
  readonly networks?: () => readonly Network[]
}

const GROUP = '224.0.0.251'
const PORT = 5353
/** RFC 6762, 8.1: three probes. */
const PROBES = 3
const PROBE_MS = 250
/** RFC 6762, 8.3: told twice. */
const AGAIN_MS = 1_000
/** Networks come and go without a word. */
const LOOK_EVERY_MS = 15_000
/** To askers who do not speak multicast DNS, so that they ask again. */
const LEGACY_TTL = 10

/**
 * Makes the house known by multicast DNS (RFC 6762) as `wirehouse.local`, or as the next name that nobody has. What
 * goes wrong with the network is tried again, and disturbs nobody.
 */
export class Announcer implements AsyncDisposable {
  readonly #options: AnnouncerOptions
  readonly #port: number
  readonly #look: Timer
  #networks: readonly Network[] = []
  #ear: Socket | undefined
  /** One for each network, by its address. */
  #mouths = new Map<string, Socket>()
  /** `wirehouse`, `wirehouse-2` … */
  #number = 1
  #state: 'silent' | 'probing' | 'known' = 'silent'
  #next: Timer | undefined
  /** When each network was told something last. */
  readonly #toldAt = new Map<string, number>()
  #hasWarned = false

  constructor(options: AnnouncerOptions) {
    this.#options = options
    this.#port = options.port ?? PORT
    this.#look = options.clock.every(LOOK_EVERY_MS, () => this.#lookAround())
    this.#lookAround()
  }

  get name(): string {
    return `wirehouse${this.#number === 1 ? '' : `-${this.#number}`}.local`
  }

  /** Takes leave, so that nobody remembers the house. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#look.cancel()
    this.#next?.cancel()
    if (this.#state === 'known') await this.#tellAll((house) => recordsOf(house).map(ended))
    this.#close()
  }

  #lookAround(): void {
    const networks = (this.#options.networks ?? (() => networksOf(this.#options.host)))()
    if (this.#ear !== undefined && JSON.stringify(networks) === JSON.stringify(this.#networks)) return
    this.#close()
    this.#networks = networks
    if (networks.length === 0) return
    try {
      this.#open()
      this.#probe(PROBES)
    } catch (error) {
      this.#failed(error as Error)
    }
  }

  #open(): void {
    const ear = this.#socket()
    this.#ear = ear
    ear.on('message', (bytes, from) => this.#hear(bytes, from))
    ear.bind(this.#port, () =>
      this.#try(() => {
        for (const { ipv4 } of this.#networks) ear.addMembership(GROUP, ipv4)
      }),
    )
    for (const { ipv4 } of this.#networks) {
      const mouth = this.#socket()
      this.#mouths.set(ipv4, mouth)
      mouth.bind(this.#port, ipv4, () =>
        this.#try(() => {
          mouth.setMulticastInterface(ipv4)
          mouth.setMulticastTTL(255)
        }),
      )
    }
  }

  #socket(): Socket {
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    socket.on('error', (error) => this.#failed(error))
    return socket
  }

  #close(): void {
    this.#next?.cancel()
    this.#state = 'silent'
    this.#ear?.close()
    this.#ear = undefined
    for (const mouth of this.#mouths.values()) mouth.close()
    this.#mouths = new Map()
  }

  /** Asks whether somebody has the name already; who says nothing three times does not. */
  #probe(left: number): void {
    this.#state = 'probing'
    this.#next = this.#options.clock.after(PROBE_MS, () => {
      if (left === 0) return this.#announce()
      this.#ask()
      this.#probe(left - 1)
    })
  }

  #ask(): void {
    const questions = [{ name: this.name, type: ANY }]
    for (const network of this.#networks)
      void this.#send(network, {
        type: 'query',
        questions,
        authorities: [...addressRecords(this.#house(network))],
      })
  }

  #announce(): void {
    this.#state = 'known'
    this.#options.log.info(`The house is known in its network as ${this.name}.`)
    this.#options.onName(this.name)
    void this.#tellAll(recordsOf)
    this.#next = this.#options.clock.after(AGAIN_MS, () => this.#tellAll(recordsOf))
  }

  #hear(bytes: Buffer, from: RemoteInfo): void {
    const packet = readPacket(bytes)
    const [network] = this.#networks
    if (!packet || !network) return
    const said = packet.type === 'response' ? [...(packet.answers ?? []), ...(packet.additionals ?? [])] : []
    const wanted = this.#state === 'probing' ? this.#betterClaims(packet, network) : []
    if (isContested(this.#house(network), [...said, ...wanted], ownAddresses())) this.#giveWay()
    else if (packet.type === 'query' && this.#state === 'known') this.#answer(packet, from)
  }

  /** Two that want the same name at once: the greater address gets it (RFC 6762, 8.2). */
  #betterClaims({ type, authorities = [] }: DecodedPacket, { ipv4 }: Network): readonly Answer[] {
    if (type !== 'query') return []
    const mine = ipv4.split('.').map(Number)
    return authorities.filter(
      (claim) =>
        claim.type === 'A' &&
        isSame(claim.name, this.name) &&
        isGreater(claim.data.split('.').map(Number), mine),
    )
  }

  #giveWay(): void {
    this.#number++
    this.#next?.cancel()
    this.#probe(PROBES)
  }

  #answer(query: DecodedPacket, from: RemoteInfo): void {
    for (const network of this.#networks) {
      const { answers, additionals } = answersTo(query, this.#house(network))
      if (answers.length === 0) continue
      if (from.port !== this.#port) {
        const legacy = {
          id: query.id ?? 0,
          questions: query.questions ?? [],
          answers: answers.map(shortLived),
        }
        void this.#send(network, { type: 'response', ...legacy }, from)
        return
      }
      if (this.#hasJustTold(network.ipv4, answers)) continue
      void this.#send(network, answer([...answers], [...additionals]))
    }
  }

  /** The same is not told twice within a second (RFC 6762, 6): nobody makes us flood a network. */
  #hasJustTold(network: string, answers: readonly Answer[]): boolean {
    const now = this.#options.clock.now()
    const key = `${network} ${answers.map(({ type, name }) => `${type} ${name}`).join()}`
    const before = this.#toldAt.get(key) ?? 0
    if (now - before < AGAIN_MS) return true
    if (this.#toldAt.size > 100) this.#toldAt.clear()
    this.#toldAt.set(key, now)
    return false
  }

  async #tellAll(records: (house: HouseRecords) => readonly Answer[]): Promise<void> {
    await Promise.all(
      this.#networks.map((network) => this.#send(network, answer([...records(this.#house(network))]))),
    )
  }

  /** Resolves when it is out, or cannot be sent. */
  #send({ ipv4 }: Network, packet: Packet, to?: RemoteInfo): Promise<void> {
    const bytes = encode(packet)
    const mouth = this.#mouths.get(ipv4)
    return new Promise((resolve) => {
      if (!mouth) return resolve()
      this.#try(() =>
        mouth.send(bytes, to?.port ?? this.#port, to?.address ?? GROUP, (error) => {
          if (error) this.#failed(error)
          resolve()
        }),
      )
    })
  }

  #house({ ipv4, ipv6 }: Network): HouseRecords {
    return { host: this.name, ipv4: [ipv4], ipv6, services: this.#options.services }
  }

  #try(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#failed(error as Error)
    }
  }

  #failed(error: Error): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.#options.log.warn(`The house cannot be announced in its network as ${this.name}: ${error.message}`)
  }
}

const answer = (answers: Answer[], additionals: Answer[] = []): Packet => ({
  type: 'response',
  flags: 1 << 10, // authoritative
  answers,
  additionals,
})

const ended = (record: Answer): Answer => ({ ...record, ttl: 0 }) as Answer
const shortLived = (record: Answer): Answer => ({ ...record, ttl: LEGACY_TTL, flush: false }) as Answer

const isGreater = (one: readonly number[], other: readonly number[]): boolean => {
  const at = one.findIndex((part, index) => part !== other[index])
  return at >= 0 && (one[at] ?? 0) > (other[at] ?? 0)
}

/** Nothing for what is no DNS. */
function readPacket(bytes: Buffer): DecodedPacket | undefined {
  try {
    return decode(bytes)
  } catch {
    return undefined // anybody may send anything here
  }
}
