import { createHash, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)
/** `$6$salt$hash`: SHA-512 of password and salt. `$7$rounds$salt$hash`: PBKDF2 with it. */
const pattern =
  /^\$(?:6|7\$(?<rounds>[1-9]\d{0,5}))\$(?<salt>[A-Za-z0-9+/]+={0,2})\$(?<hash>[A-Za-z0-9+/]{86}==)$/

/** Whether this is a password as `mosquitto_passwd` keeps it. */
export const isMosquittoHash = (text: string): boolean => pattern.test(text)

/** Checks a password against what `mosquitto_passwd` wrote. */
export async function verifyMosquitto(hash: string, password: string): Promise<boolean> {
  const { rounds, salt = '', hash: expected = '' } = pattern.exec(hash)?.groups ?? {}
  const bytes = Buffer.from(expected, 'base64')
  if (bytes.length === 0) return false
  const salted = Buffer.from(salt, 'base64')
  const actual =
    rounds === undefined
      ? createHash('sha512').update(password).update(salted).digest()
      : await derive(password, salted, Number(rounds), bytes.length, 'sha512')
  return timingSafeEqual(actual, bytes)
}
