import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'
import type { Browser } from '#kit/runtime/browsers.ts'

const CURVE = 'prime256v1'
const RECORD_BYTES = 4_096
const SALT_BYTES = 16
const KEY_BYTES = 65
/** Of one record: salt, record size, length of the key and the key before it, a delimiter and a tag in it. */
export const MAX_PUSH_BYTES = RECORD_BYTES - (SALT_BYTES + 4 + 1 + KEY_BYTES) - 1 - 16

interface Drawn {
  readonly salt: Buffer
  readonly privateKey: Buffer | undefined
}

/**
 * Encrypts a message for a browser (RFC 8291) as one record of `aes128gcm` (RFC 8188): with a pair of keys for it
 * alone, so that nobody between here and the browser can read it.
 */
export function encryptFor(
  browser: Pick<Browser, 'p256dh' | 'auth'>,
  text: string,
  { salt, privateKey }: Drawn = { salt: randomBytes(SALT_BYTES), privateKey: undefined },
): Buffer {
  const theirs = Buffer.from(browser.p256dh, 'base64url')
  const pair = createECDH(CURVE)
  if (privateKey) pair.setPrivateKey(privateKey)
  else pair.generateKeys()
  const ours = pair.getPublicKey()
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours])
  const key = derive(Buffer.from(browser.auth, 'base64url'), pair.computeSecret(theirs), info, 32)
  const cipher = createCipheriv(
    'aes-128-gcm',
    derive(salt, key, Buffer.from('Content-Encoding: aes128gcm\0'), 16),
    derive(salt, key, Buffer.from('Content-Encoding: nonce\0'), 12),
  )
  const head = Buffer.alloc(5)
  head.writeUInt32BE(RECORD_BYTES)
  head.writeUInt8(KEY_BYTES, 4)
  const sealed = [
    cipher.update(text, 'utf8'),
    cipher.update(Buffer.of(2)),
    cipher.final(),
    cipher.getAuthTag(),
  ]
  return Buffer.concat([salt, head, ours, ...sealed])
}

const derive = (salt: Buffer, key: Buffer, info: Buffer, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, bytes))
