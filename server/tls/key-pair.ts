import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { UserError } from '../user-error.ts'
import type { KeyPair } from './certificate-order.ts'

/** What people may know of a certificate. */
export interface CertificateFacts {
  /** As it is written: `CN=wirehouse.local`. */
  readonly subject: string
  readonly issuer: string
  /** The names and addresses that it is good for. */
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until: number
  /** SHA-256, as `openssl x509 -fingerprint -sha256` writes it. */
  readonly fingerprint: string
  /** As Node writes it: upper-case hex. */
  readonly serial: string
}

export function certificateFacts(pem: string): CertificateFacts {
  const certificate = new X509Certificate(pem)
  return {
    subject: certificate.subject ?? '',
    issuer: certificate.issuer ?? '',
    names: namesOf(certificate.subjectAltName ?? ''),
    from: certificate.validFromDate.getTime(),
    until: certificate.validToDate.getTime(),
    fingerprint: certificate.fingerprint256,
    serial: certificate.serialNumber,
  }
}

/** `DNS:a, IP Address:0:0:0:0:0:0:0:1` → `a`, `::1` */
const namesOf = (text: string): string[] =>
  Array.from(text.matchAll(/(DNS|IP Address):([^,]+)/g), ([, kind, name = '']) =>
    kind === 'DNS' ? name : (URL.parse(`http://[${name}]`)?.hostname.slice(1, -1) ?? name),
  )

/**
 * Takes a certificate with its chain and its key out of what a person gives, in whichever order. Throws a
 * `UserError` (422) that says what is wrong: `CERTIFICATE_UNREADABLE`, `KEY_UNREADABLE`, `KEY_LOCKED`,
 * `KEY_OF_ANOTHER`, `CERTIFICATE_ENDED`, `CERTIFICATE_NOT_YET`, `CERTIFICATE_REFUSED`.
 */
export function readKeyPair(given: KeyPair, now: number): KeyPair {
  const pair = readPem(given)
  const { from, until } = certificateFacts(pair.cert)
  if (until <= now) throw ended(until)
  if (from > now) throw notYet(from)
  return pair
}

/** The same, whatever its dates. */
export function readPem({ cert, key }: KeyPair): KeyPair {
  const pair = { cert: blocks(cert, 'CERTIFICATE').join(''), key: blocks(key, '[A-Z ]*PRIVATE KEY')[0] ?? '' }
  const certificate = readCertificate(pair.cert)
  if (!certificate.checkPrivateKey(readKey(pair.key))) throw ofAnother()
  try {
    createSecureContext(pair)
  } catch (error) {
    throw refused((error as Error).message)
  }
  return pair
}

const blocks = (text: string, label: string): string[] =>
  Array.from(
    text.matchAll(new RegExp(`-----BEGIN (${label})-----[\\s\\S]+?-----END \\1-----`, 'g')),
    ([block]) => `${block}\n`,
  )

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new UserError(
      422,
      'CERTIFICATE_UNREADABLE',
      'There is no certificate in this. It is a text that begins with "-----BEGIN CERTIFICATE-----" (PEM).',
    )
  }
}

function readKey(pem: string): KeyObject {
  if (pem.includes('ENCRYPTED'))
    throw new UserError(
      422,
      'KEY_LOCKED',
      'The key is locked with a password. Unlock it before: openssl pkey -in locked.pem -out key.pem',
    )
  try {
    return createPrivateKey(pem)
  } catch {
    throw new UserError(
      422,
      'KEY_UNREADABLE',
      'There is no private key in this. It is a text that begins with "-----BEGIN PRIVATE KEY-----" (PEM).',
    )
  }
}

const ofAnother = (): UserError =>
  new UserError(
    422,
    'KEY_OF_ANOTHER',
    'The key belongs to another certificate. Take the one that was made with it.',
  )

const ended = (until: number): UserError =>
  new UserError(
    422,
    'CERTIFICATE_ENDED',
    `The certificate was valid until ${isoDay(until)}. Have it renewed and take the new one.`,
    { values: { day: isoDay(until) } },
  )

const notYet = (from: number): UserError =>
  new UserError(
    422,
    'CERTIFICATE_NOT_YET',
    `The certificate is valid only from ${isoDay(from)}. If that is past, set this machine's clock.`,
    { values: { day: isoDay(from) } },
  )

const refused = (reason: string): UserError =>
  new UserError(
    422,
    'CERTIFICATE_REFUSED',
    `OpenSSL does not take this certificate (${reason}). Take one with an EC key, or an RSA key of 2048 bits or more.`,
    { values: { reason } },
  )

export const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10)
