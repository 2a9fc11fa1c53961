import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { BitString, Integer, OctetString, Utf8String } from 'asn1js'
import {
  AltName,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  PublicKeyInfo,
  Time,
} from 'pkijs'
import { addressBytes } from './address-bytes.ts'
import type { CertificateOrder, KeyPair } from './certificate-order.ts'

/** Makes one certificate (RFC 5280). */
async function make(order: CertificateOrder): Promise<KeyPair> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const issuer = order.issuer && certificateOf(order.issuer.cert)
  const certificate = new Certificate()
  certificate.version = 2
  certificate.serialNumber = new Integer({ valueHex: asBytes(newSerial()) })
  const value = new Utf8String({ value: order.commonName })
  certificate.subject.typesAndValues.push(new AttributeTypeAndValue({ type: COMMON_NAME, value }))
  certificate.issuer = issuer?.subject ?? certificate.subject
  certificate.notBefore = time(order.from)
  certificate.notAfter = time(order.until)
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(asBytes(publicKey))
  certificate.extensions = await extensions(order, certificate, issuer)
  await certificate.sign(await signer(order.issuer?.key ?? privateKey), 'SHA-256')
  return { cert: pem(Buffer.from(certificate.toSchema(true).toBER())), key: privateKey }
}

function signer(key: string): Promise<CryptoKey> {
  const bytes = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
  return crypto.subtle.importKey('pkcs8', asBytes(bytes), { name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
  ])
}

const COMMON_NAME = '2.5.4.3'
const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' }
/** The bits of a key usage, the first on the left, and how many on the right are unused. */
const keyUsages = {
  authority: { bits: 0b0000_0110, unused: 1 }, // signs certificates and revocation lists
  server: { bits: 0b1000_0000, unused: 7 },
  client: { bits: 0b1000_0000, unused: 7 },
}
const DNS_NAME = 2
const IP_ADDRESS = 7

async function extensions(
  { kind, names = [], addresses = [] }: CertificateOrder,
  certificate: Certificate,
  issuer: Certificate | undefined,
): Promise<Extension[]> {
  const isAuthority = kind === 'authority'
  const { bits, unused } = keyUsages[kind]
  const usage = new BitString({ valueHex: asBytes(Buffer.of(bits)), unusedBits: unused })
  const ownId = await keyId(certificate)
  const authority = new AuthorityKeyIdentifier({ keyIdentifier: issuer ? await keyId(issuer) : ownId })
  const alternatives = [
    ...names.map((value) => new GeneralName({ type: DNS_NAME, value })),
    ...addresses.map((address) => {
      const valueHex = asBytes(addressBytes(address))
      return new GeneralName({ type: IP_ADDRESS, value: new OctetString({ valueHex }) })
    }),
  ]
  const basic = new BasicConstraints({ cA: isAuthority, ...(isAuthority && { pathLenConstraint: 0 }) })
  return [
    extension('2.5.29.19', basic.toSchema(), true),
    extension('2.5.29.15', usage, true),
    extension('2.5.29.14', ownId),
    extension('2.5.29.35', authority.toSchema()),
    ...(isAuthority
      ? []
      : [extension('2.5.29.37', new ExtKeyUsage({ keyPurposes: [purposes[kind]] }).toSchema())]),
    ...(alternatives.length > 0
      ? [extension('2.5.29.17', new AltName({ altNames: alternatives }).toSchema())]
      : []),
  ]
}

const extension = (extnID: string, value: { toBER(): ArrayBuffer }, critical = false): Extension =>
  new Extension({ extnID, critical, extnValue: value.toBER() })

/** RFC 5280, 4.2.1.2, method 1. */
async function keyId({ subjectPublicKeyInfo }: Certificate): Promise<OctetString> {
  const key = subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView
  return new OctetString({ valueHex: await crypto.subtle.digest('SHA-1', asBytes(key)) })
}

/** UTCTime ends with 2049. */
const time = (at: number): Time => {
  const value = new Date(at)
  return new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value })
}

/** 127 random bits behind a one, so that it is positive and always of 16 bytes. */
function newSerial(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

const certificateOf = (text: string): Certificate =>
  Certificate.fromBER(asBytes(Buffer.from(text.replace(/-----[A-Z ]+-----/g, ''), 'base64')))

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`

/** The bytes by themselves: small buffers share their memory. */
const asBytes = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

// a failure ends the thread, and so reaches who has asked
void make(workerData as CertificateOrder).then((pair) => parentPort?.postMessage(pair))
