import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Conditions } from '../conditions/conditions.ts'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'
import { type CertificateOrder, type KeyPair, makeCertificate } from './certificate-order.ts'
import { type HouseNames, houseNames } from './house-names.ts'
import { type CertificateFacts, certificateFacts, isoDay, readKeyPair, readPem } from './key-pair.ts'
import { OwnFiles, type PemFiles } from './own-files.ts'
import { readPemFile, writePrivateFile } from './pem-file.ts'

/** What a TLS server shows, and whose certificates it takes from clients. PEM. */
export interface TlsMaterial extends KeyPair {
  readonly ca: string
}

/** Whence the certificate comes: made by the house, given by the owner in the editor, or in files that a setting names. */
export type CertificateSource = 'house' | 'upload' | 'files'

export interface HouseTlsOptions {
  /** The folder `tls` of the data folder. */
  readonly folder: string
  /** From the settings; go before what was given in the editor. */
  readonly files?: PemFiles | undefined
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly conditions: Pick<Conditions, 'raise' | 'end'>
  /** Tests have names of their own. */
  readonly names?: () => HouseNames
}

const DAY = 24 * 3_600_000
const AUTHORITY_DAYS = 3_653
/** What browsers and phones take at most. */
const SERVER_DAYS = 397
const CLIENT_DAYS = 3_650
/** Of its life, after which a certificate is renewed. */
const RENEW_AFTER = 2 / 3
const CHECK_EVERY_MS = 5 * 60_000
/** This was written later: a clock that shows less was never set. */
const UNSET_CLOCK = Date.UTC(2026, 0, 1)

/** Reads the certificates, and makes those that are missing. Throws a `UserError` where files of a setting cannot be used. */
export async function openHouseTls(options: HouseTlsOptions): Promise<HouseTls> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  chmodSync(options.folder, 0o700)
  const tls = new HouseTls(options)
  await tls.check()
  return tls
}

/**
 * The certificates of the house: its own authority, which signs the server's certificate and those of devices, or a
 * certificate that the owner brings. Renews what runs out, and notices what changes on disk.
 */
export class HouseTls implements Disposable {
  /** The material has changed: connections that are made from now on should see it. */
  onChange: () => void = () => {}
  readonly #options: HouseTlsOptions
  readonly #own: OwnFiles
  readonly #checks
  /** One at a time. */
  #working: Promise<void> = Promise.resolve()
  #authority: KeyPair | undefined
  #server: KeyPair | undefined

  constructor(options: HouseTlsOptions) {
    const { folder, files, clock, log, conditions } = options
    this.#options = options
    const upload = join(folder, 'own.pem')
    this.#own = new OwnFiles({ files, upload, clock, log, conditions, onChange: () => this.onChange() })
    this.#authority = this.#read('authority')
    this.#server = this.#read('server')
    this.#checks = clock.every(CHECK_EVERY_MS, () =>
      this.check().catch((error: unknown) => log.error(`Renewing the certificate for TLS: ${String(error)}`)),
    )
  }

  get material(): TlsMaterial {
    const authority = this.#theAuthority()
    const pair = this.#own.pair ?? this.#server
    if (!pair) throw new Error('the certificate of the house is missing')
    return { ...pair, ca: authority.cert }
  }

  get source(): CertificateSource {
    if (this.#own.pair === undefined) return 'house'
    return this.#options.files ? 'files' : 'upload'
  }

  /** The certificate of the authority, for whoever is to trust the house. PEM, without its key. */
  get authority(): string {
    return this.#theAuthority().cert
  }

  /** When the certificate is renewed by itself; not one that the owner brings. */
  get renewsAt(): number | undefined {
    return this.source === 'house' && this.#server
      ? renewalOf(certificateFacts(this.#server.cert))
      : undefined
  }

  /** Renews what is due, and reads files that have changed. */
  check(): Promise<void> {
    return this.#inTurn(async () => {
      this.#own.check()
      if (!this.#authority) await this.#makeAuthority()
      if (this.#isDue()) await this.#makeServer()
    })
  }

  /** Makes a new certificate now. With `authority`, a new authority too, which every device then has to be given. */
  renew({ authority = false }: { readonly authority?: boolean } = {}): Promise<void> {
    return this.#inTurn(async () => {
      if (authority) await this.#makeAuthority()
      await this.#makeServer()
    })
  }

  /** Shows a certificate that the owner brings. Throws what `readKeyPair` throws, and `CERTIFICATE_BY_SETTING`. */
  useOwn(given: KeyPair): void {
    if (this.#options.files) throw bySetting()
    this.#own.upload(readKeyPair(given, this.#now()))
  }

  /** Goes back to the certificate of the house. */
  dropOwn(): void {
    if (this.#options.files) throw bySetting()
    this.#own.drop()
  }

  /** A certificate for a device, with its key, which is kept nowhere. */
  async makeClient(commonName: string): Promise<KeyPair & { readonly facts: CertificateFacts }> {
    const issuer = this.#theAuthority()
    const pair = await makeCertificate({
      kind: 'client',
      commonName,
      issuer,
      ...this.#span(CLIENT_DAYS, issuer),
    })
    return { ...pair, facts: certificateFacts(pair.cert) }
  }

  [Symbol.dispose](): void {
    this.#checks.cancel()
    this.#own[Symbol.dispose]()
  }

  #theAuthority(): KeyPair {
    if (!this.#authority) throw new Error('the authority of the house is missing')
    return this.#authority
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#working.then(work)
    this.#working = done.catch(() => {}) // whoever asked for it is told
    return done
  }

  async #makeAuthority(): Promise<void> {
    const now = this.#now()
    this.#authority = await this.#make('authority', {
      kind: 'authority',
      commonName: `Wirehouse CA ${this.#names().names[1] ?? ''}`.trim().slice(0, 64),
      from: Math.min(now - DAY, UNSET_CLOCK), // good for devices whose clock was never set, too
      until: now + AUTHORITY_DAYS * DAY,
    })
    writePrivateFile(join(this.#options.folder, 'ca.pem'), this.#authority.cert)
    this.#server = undefined
  }

  async #makeServer(): Promise<void> {
    const issuer = this.#theAuthority()
    const { names, addresses } = this.#names()
    this.#server = await this.#make('server', {
      kind: 'server',
      commonName: names[0] ?? 'wirehouse',
      names,
      addresses,
      issuer,
      ...this.#span(SERVER_DAYS, issuer),
    })
    this.onChange()
  }

  async #make(name: 'authority' | 'server', order: CertificateOrder): Promise<KeyPair> {
    const pair = await makeCertificate(order)
    writePrivateFile(join(this.#options.folder, `${name}.pem`), `${pair.cert}${pair.key}`)
    const { until } = certificateFacts(pair.cert)
    this.#options.log.info(`Made the certificate of the ${name} for TLS, valid until ${isoDay(until)}.`)
    return pair
  }

  /** From a day ago, for clocks that are late; no longer than who signs it. */
  #span(days: number, issuer: KeyPair): { readonly from: number; readonly until: number } {
    const now = this.#now()
    return { from: now - DAY, until: Math.min(now + days * DAY, certificateFacts(issuer.cert).until) }
  }

  #isDue(): boolean {
    if (!this.#server) return true
    const facts = certificateFacts(this.#server.cert)
    const { names, addresses } = this.#names()
    const signer = new X509Certificate(this.#theAuthority().cert)
    return (
      this.#now() >= renewalOf(facts) ||
      // made by a clock that went wrong; one that goes wrong now is no reason
      (facts.from > this.#now() && this.#options.clock.now() >= UNSET_CLOCK) ||
      [...names, ...addresses].some((name) => !facts.names.includes(name)) ||
      !new X509Certificate(this.#server.cert).verify(signer.publicKey)
    )
  }

  #now(): number {
    return Math.max(this.#options.clock.now(), UNSET_CLOCK)
  }

  #names(): HouseNames {
    return (this.#options.names ?? houseNames)()
  }

  /** What cannot be read is put aside, and made anew. */
  #read(name: 'authority' | 'server'): KeyPair | undefined {
    const file = join(this.#options.folder, `${name}.pem`)
    const given = readPemFile(file)
    if (!given) return undefined
    try {
      return readPem(given)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      renameSync(file, `${file}.damaged`)
      this.#options.log.error(`${file} is damaged and lies aside now; a new one is made. ${error.message}`)
      return undefined
    }
  }
}

const renewalOf = ({ from, until }: CertificateFacts): number => from + (until - from) * RENEW_AFTER

const bySetting = (): UserError =>
  new UserError(
    409,
    'CERTIFICATE_BY_SETTING',
    'The certificate comes from the files that WIREHOUSE_TLS_CERT and WIREHOUSE_TLS_KEY name. Replace those files, or remove the settings.',
  )
