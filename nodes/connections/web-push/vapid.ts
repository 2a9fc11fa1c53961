import { createPrivateKey, sign } from 'node:crypto'
import type { HouseKeys } from '#kit/runtime/browsers.ts'

/** At most 24 hours are allowed (RFC 8292, 2). */
const VALID_S = 12 * 3_600

/**
 * Whom a push service may ask about these messages. A house has no address that strangers may write to, and some
 * services refuse what does not look like one.
 */
const CONTACT = 'mailto:nobody@wirehouse.invalid'

/** The `Authorization` by which a push service knows the house (RFC 8292): a token for this service alone, signed. */
export function authorization({ publicKey, privateKey }: HouseKeys, endpoint: URL, now: number): string {
  const claims = { aud: endpoint.origin, exp: Math.floor(now / 1000) + VALID_S, sub: CONTACT }
  const unsigned = `${encode({ typ: 'JWT', alg: 'ES256' })}.${encode(claims)}`
  const key = createPrivateKey({ key: jwkOf(publicKey, privateKey), format: 'jwk' })
  const signature = sign('sha256', Buffer.from(unsigned), { key, dsaEncoding: 'ieee-p1363' })
  return `vapid t=${unsigned}.${signature.toString('base64url')}, k=${publicKey}`
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function jwkOf(publicKey: string, privateKey: string) {
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)]
  return {
    kty: 'EC',
    crv: 'P-256',
    d: privateKey,
    x: x.toString('base64url'),
    y: y.toString('base64url'),
  }
}
