import { randomBytes } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { hostname } from 'node:os'
import type { Clock } from '#kit/runtime/clock.ts'
import type { BrokerEngine } from '../broker/broker-engine.ts'
import { isLoopback } from '../broker/origins.ts'
import type { TlsOptions } from '../broker/tls-server.ts'
import type {
  DeviceCertificate,
  DeviceCertificateStore,
  HouseSettings,
  PreSharedKey,
  PreSharedKeyStore,
  UserStore,
} from '../store/store.ts'
import { UserError } from '../user-error.ts'
import type { KeyPair } from './certificate-order.ts'
import { houseNames } from './house-names.ts'
import type { CertificateSource, HouseTls } from './house-tls.ts'
import { type CertificateFacts, certificateFacts } from './key-pair.ts'
import { type ListenerSettings, readListenerSettings, writeListenerSettings } from './listener-settings.ts'

export interface ListenerDeskOptions {
  readonly broker: Pick<BrokerEngine, 'listen' | 'disconnectUser'>
  /** None if the owner has switched TLS off. */
  readonly tls: HouseTls | undefined
  readonly preSharedKeys: PreSharedKeyStore
  readonly deviceCertificates: DeviceCertificateStore
  readonly settings: HouseSettings
  readonly users: Pick<UserStore, 'list'>
  readonly host: string
  readonly clock: Clock
}

/** The ports that are open; none with TLS if that is off. */
export interface OpenPorts {
  readonly http: number
  readonly mqtt: number
  readonly mqtts: number | undefined
}

/** How devices get here. */
export interface ListenerOverview extends ListenerSettings {
  readonly ports: OpenPorts
  /** Where the house listens; `0.0.0.0` for everywhere. */
  readonly host: string
  /** Under what it is reached, from the network if it listens there. */
  readonly reachedAs: readonly string[]
  readonly tls?: {
    readonly source: CertificateSource
    readonly certificate: CertificateFacts
    readonly authority: CertificateFacts
    readonly renewsAt?: number
  }
}

/** Of a pre-shared key, in bytes. What small TLS libraries take at most. */
const KEY_BYTES = 32

/** The ports of the broker, and what is shown and asked for there. */
export class ListenerDesk {
  /** The name under which the house is announced, once it is. */
  announcedAs: string | undefined
  readonly #options: ListenerDeskOptions
  #ports: OpenPorts = { http: 0, mqtt: 0, mqtts: undefined }

  constructor(options: ListenerDeskOptions) {
    this.#options = options
  }

  /** Opens the port with TLS, and keeps what is shown there up to date. */
  async openTls(port: number): Promise<{ readonly port: number }> {
    const { broker, host, tls } = this.#options
    if (!tls) throw new Error('TLS is off')
    const listening = await broker.listen({ host, port, tls: this.#tlsOptions(tls) })
    tls.onChange = () => listening.showKeys(tls.material)
    return listening
  }

  opened(ports: OpenPorts): void {
    this.#ports = ports
  }

  overview(): ListenerOverview {
    const { tls, host, settings } = this.#options
    return {
      ports: this.#ports,
      host,
      reachedAs: this.#reachedAs(),
      ...readListenerSettings(settings),
      ...(tls && {
        tls: {
          source: tls.source,
          certificate: certificateFacts(tls.material.cert),
          authority: certificateFacts(tls.authority),
          ...(tls.renewsAt !== undefined && { renewsAt: tls.renewsAt }),
        },
      }),
    }
  }

  /** The certificate of the authority, for everybody. PEM. */
  get authority(): string {
    return this.#tls().authority
  }

  /** Whether pages of this origin, besides those of the house, may connect by WebSocket. */
  allowsOrigin(origin: string): boolean {
    return readListenerSettings(this.#options.settings).origins.includes(origin)
  }

  /** Throws `ORIGIN_INVALID`. */
  async set({ origins, needsProof }: ListenerSettings): Promise<void> {
    const clean = [...new Set(origins.map(readOrigin))]
    await writeListenerSettings(this.#options.settings, { origins: clean, needsProof })
  }

  async renew({ authority }: { readonly authority: boolean }): Promise<void> {
    await this.#tls().renew({ authority })
    if (!authority) return
    const { deviceCertificates, broker } = this.#options
    const users = new Set(deviceCertificates.list().map(({ user }) => user))
    await deviceCertificates.clear() // the old authority has signed them: nobody takes them any more
    for (const user of users) broker.disconnectUser(user)
  }

  useOwn(pair: KeyPair): void {
    this.#tls().useOwn(pair)
  }

  dropOwn(): void {
    this.#tls().dropOwn()
  }

  keys(): readonly PreSharedKey[] {
    return this.#options.preSharedKeys.list()
  }

  /** Answers the key in hex; afterwards nobody is told again. */
  async addKey(identity: string, user: string): Promise<string> {
    this.#checkUser(user)
    const key = randomBytes(KEY_BYTES)
    if (!(await this.#options.preSharedKeys.add(identity, user, key)))
      throw new UserError(
        409,
        'IDENTITY_TAKEN',
        `There is a key with the identity "${identity}" already. Take another one, or remove that key first.`,
        { values: { identity } },
      )
    return key.toString('hex')
  }

  async removeKey(identity: string): Promise<void> {
    const user = await this.#options.preSharedKeys.remove(identity)
    if (user === undefined)
      throw new UserError(404, 'PRE_SHARED_KEY_UNKNOWN', 'There is no such key any more.')
    this.#options.broker.disconnectUser(user)
  }

  certificates(): readonly DeviceCertificate[] {
    return this.#options.deviceCertificates.list()
  }

  /** Makes a certificate for a device of this user. Its key is kept nowhere. */
  async addCertificate(
    user: string,
    name: string,
  ): Promise<DeviceCertificate & KeyPair & { readonly ca: string }> {
    const tls = this.#tls()
    this.#checkUser(user)
    const { cert, key, facts } = await tls.makeClient(user)
    const createdAt = this.#options.clock.now()
    const certificate = { serial: facts.serial, user, name, createdAt, validUntil: facts.until }
    await this.#options.deviceCertificates.add(certificate)
    return { ...certificate, cert, key, ca: tls.authority }
  }

  /** Nobody comes in with it any more. */
  async removeCertificate(serial: string): Promise<void> {
    const user = await this.#options.deviceCertificates.remove(serial)
    if (user === undefined)
      throw new UserError(404, 'DEVICE_CERTIFICATE_UNKNOWN', 'There is no such certificate any more.')
    this.#options.broker.disconnectUser(user)
  }

  #tlsOptions(tls: HouseTls): TlsOptions {
    const { preSharedKeys, deviceCertificates, settings } = this.#options
    return {
      ...tls.material,
      keyOf: (identity) => preSharedKeys.key(identity),
      standsBy: ({ serialNumber, subject }) => {
        const user = deviceCertificates.userOf(serialNumber)
        return user !== undefined && user === subject.CN
      },
      needsProof: () => readListenerSettings(settings).needsProof,
    }
  }

  #tls(): HouseTls {
    if (this.#options.tls) return this.#options.tls
    throw new UserError(
      409,
      'TLS_OFF',
      'TLS is switched off (WIREHOUSE_MQTTS_PORT is "off"). Set a port and start Wirehouse again.',
    )
  }

  #reachedAs(): readonly string[] {
    const { host } = this.#options
    if (host !== '0.0.0.0' && host !== '::') return [isLoopback(host) ? 'localhost' : host]
    const outside = houseNames().addresses.filter((address) => !isLoopback(address))
    const heard = host === '::' ? outside : outside.filter(isIPv4)
    return [...(this.announcedAs === undefined ? [] : [this.announcedAs]), ...heard, hostname().toLowerCase()]
  }

  #checkUser(name: string): void {
    if (this.#options.users.list().some((user) => user.name === name)) return
    throw new UserError(404, 'USER_UNKNOWN', `There is no user "${name}".`)
  }
}

function readOrigin(text: string): string {
  const { origin = 'null', protocol = '' } = URL.parse(text.trim()) ?? {}
  if (origin !== 'null' && /^https?:$/.test(protocol)) return origin
  throw new UserError(
    422,
    'ORIGIN_INVALID',
    `"${text}" is no origin. It is the beginning of a page's address: https://panel.example.org`,
    { values: { origin: text } },
  )
}
