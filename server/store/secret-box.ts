import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { UserError } from '../user-error.ts'
import { PRIVATE_FILE } from './data-folder.ts'

const FORMAT = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Where a secret belongs; sealed into it, so that it cannot be moved to another place. */
export interface SecretPlace {
  readonly connection: string
  readonly field: string
}

/**
 * Seals secrets with AES-256-GCM: a format byte, a nonce of 12 bytes, a tag of 16, the ciphertext.
 * Without a usable key it still stands, and each use says so.
 */
export class SecretBox {
  readonly #key: Buffer | undefined
  readonly #keyFile: string

  constructor(key: Buffer | undefined, keyFile: string) {
    this.#key = key
    this.#keyFile = keyFile
  }

  seal(text: string, place: SecretPlace): Buffer {
    if (!this.#key)
      throw new UserError(
        500,
        'SECRET_KEY_DAMAGED',
        `Secrets cannot be saved, for the key file ${this.#keyFile} is damaged. Put a copy of it back, or delete it and enter all secrets again.`,
      )
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(placeBytes(place))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), sealed])
  }

  /** Answers `undefined` if it was sealed with another key, for another place, or was changed. */
  open(sealed: Buffer, place: SecretPlace): string | undefined {
    const head = 1 + NONCE_BYTES + TAG_BYTES
    if (!this.#key || sealed.length < head || sealed[0] !== FORMAT) return undefined
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(placeBytes(place)).setAuthTag(sealed.subarray(1 + NONCE_BYTES, head))
    const text = decipher.update(sealed.subarray(head))
    try {
      return Buffer.concat([text, decipher.final()]).toString('utf8')
    } catch {
      return undefined // the tag does not fit: that is the answer, not a failure
    }
  }
}

const placeBytes = ({ connection, field }: SecretPlace): Buffer =>
  Buffer.from(JSON.stringify([connection, field]))

/** Reads the key, or makes one if there is none. `isNew` tells which. */
export function openSecretBox(file: string): {
  readonly box: SecretBox
  readonly isNew: boolean
  readonly isDamaged: boolean
} {
  const isNew = !existsSync(file)
  if (isNew) writeKey(file)
  const text = readKey(file).trim()
  const key = /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : undefined
  return { box: new SecretBox(key, file), isNew, isDamaged: key === undefined }
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError(
      500,
      'SECRET_KEY_UNREADABLE',
      `The key file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}). Let the user of this server read it, or put a copy of it back.`,
    )
  }
}

function writeKey(file: string): void {
  const descriptor = openSync(file, 'wx', PRIVATE_FILE)
  try {
    writeSync(descriptor, `${randomBytes(KEY_BYTES).toString('hex')}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
