import { type FSWatcher, readFileSync, rmSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { SentenceValues } from '#kit/sentence.ts'
import type { Conditions } from '../conditions/conditions.ts'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'
import type { KeyPair } from './certificate-order.ts'
import { certificateFacts, isoDay, readPem } from './key-pair.ts'
import { readPemFile, writePrivateFile } from './pem-file.ts'

/** Paths that settings name. */
export interface PemFiles {
  readonly cert: string
  readonly key: string
}

interface OwnFilesOptions {
  readonly files: PemFiles | undefined
  /** Where a pair lies that was given in the editor. */
  readonly upload: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'error'>
  readonly conditions: Pick<Conditions, 'raise' | 'end'>
  readonly onChange: () => void
}

/** Files are often written one after the other. */
const QUIET_MS = 1_000
const TELL_BEFORE_MS = 14 * 24 * 3_600_000

/** A certificate that the owner brings, followed on disk. One that cannot be used leaves the one before in its place. */
export class OwnFiles implements Disposable {
  readonly #options: OwnFilesOptions
  readonly #watchers: readonly FSWatcher[]
  #pair: KeyPair | undefined
  /** As it was read last. */
  #given: KeyPair | undefined
  #soon: Timer | undefined

  /** Throws a `UserError` if files that settings name cannot be used. */
  constructor(options: OwnFilesOptions) {
    this.#options = options
    const { files, upload } = options
    if (files) this.#take(readFiles(files))
    this.check()
    const folders = new Set((files ? [files.cert, files.key] : [upload]).map((file) => dirname(file)))
    this.#watchers = [...folders].map((folder) => this.#watch(folder))
  }

  /** What is to be shown; none if the owner has brought none. */
  get pair(): KeyPair | undefined {
    return this.#pair
  }

  upload(pair: KeyPair): void {
    writePrivateFile(this.#options.upload, `${pair.cert}${pair.key}`)
    this.check()
  }

  drop(): void {
    rmSync(this.#options.upload, { force: true })
    this.check()
  }

  /** Reads what may have changed, and says if the certificate runs out. */
  check(): void {
    const { files, upload, conditions } = this.#options
    try {
      this.#take(files ? readFiles(files) : readPemFile(upload))
      conditions.end('certificate-unusable', 'The own certificate can be used again.')
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const { code, message, details } = error
      conditions.raise({
        kind: 'certificate-unusable',
        level: 'error',
        code: 'HOUSE_CERTIFICATE_UNUSABLE',
        message: `The own certificate for MQTT with TLS cannot be used: ${message} Devices see the one before, or that of the house.`,
        values: { reason: { code, message, values: details['values'] as SentenceValues } },
      })
    }
    this.#tellEnd()
  }

  [Symbol.dispose](): void {
    this.#soon?.cancel()
    for (const watcher of this.#watchers) watcher.close()
  }

  #take(given: KeyPair | undefined): void {
    if (given?.cert === this.#given?.cert && given?.key === this.#given?.key) return
    this.#pair = given && readPem(given)
    this.#given = given
    this.#options.log.info(
      this.#pair
        ? `Connections with TLS see the own certificate, valid until ${isoDay(certificateFacts(this.#pair.cert).until)}.`
        : 'Connections with TLS see the certificate of the house.',
    )
    this.#options.onChange()
  }

  #tellEnd(): void {
    const { clock, conditions } = this.#options
    const until = this.#pair ? certificateFacts(this.#pair.cert).until : Number.POSITIVE_INFINITY
    const left = until - clock.now()
    if (left > 0) conditions.end('certificate-ended', 'The own certificate is valid again.')
    if (left > TELL_BEFORE_MS || left <= 0)
      conditions.end('certificate-ends', 'The own certificate was replaced.')
    if (left > TELL_BEFORE_MS) return
    const day = isoDay(until)
    if (left > 0)
      conditions.raise({
        kind: 'certificate-ends',
        level: 'warn',
        code: 'HOUSE_CERTIFICATE_ENDS',
        message: `The own certificate for MQTT with TLS is valid until ${day}. Have it renewed, and put the new one in its place.`,
        values: { day },
      })
    else
      conditions.raise({
        kind: 'certificate-ended',
        level: 'error',
        code: 'HOUSE_CERTIFICATE_ENDED',
        message: `The own certificate for MQTT with TLS was valid until ${day}: devices refuse it. Put a new one in its place, or go back to the one of the house.`,
        values: { day },
      })
  }

  /** The folder, for files are often replaced by new ones. Where it cannot be watched, the checks will do. */
  #watch(folder: string): FSWatcher {
    const watcher = watch(folder, { persistent: false }, () => this.#readSoon())
    watcher.on('error', () => watcher.close())
    return watcher
  }

  #readSoon(): void {
    this.#soon?.cancel()
    this.#soon = this.#options.clock.after(QUIET_MS, () => this.check())
  }
}

/** Throws `CERTIFICATE_FILE` for a file that cannot be read. */
function readFiles({ cert, key }: PemFiles): KeyPair {
  return { cert: readFile(cert), key: readFile(key) }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? ''
    throw new UserError(
      500,
      'CERTIFICATE_FILE',
      `The file ${file} cannot be read (${reason}). Let the user of this server read it, or set WIREHOUSE_TLS_CERT and WIREHOUSE_TLS_KEY to others.`,
      { values: { file, reason } },
    )
  }
}
