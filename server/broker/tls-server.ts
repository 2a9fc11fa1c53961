import { constants } from 'node:crypto'
import {
  createServer,
  DEFAULT_CIPHERS,
  type TlsOptions as NodeTlsOptions,
  type PeerCertificate,
  type Server,
  type TLSSocket,
} from 'node:tls'

/** What a client has proved of itself while its connection was made, before it sends anything. */
export interface Proof {
  /** Signed by an authority of the house. */
  readonly certificate?: PeerCertificate
  /** By which pre-shared key. */
  readonly pskIdentity?: string
}

/** PEM. `ca` holds the authorities whose certificates are taken from clients. */
export interface TlsKeys {
  readonly key: string | Buffer
  readonly cert: string | Buffer
  readonly ca?: string
}

export interface TlsOptions extends TlsKeys {
  /** The key that is shared with whoever calls itself so. */
  readonly keyOf?: (identity: string) => Buffer | undefined
  /** Whether the house still stands by a certificate that it has signed. */
  readonly standsBy?: (certificate: PeerCertificate) => boolean
  /** Whether who proves nothing is turned away. */
  readonly needsProof?: () => boolean
}

export interface TlsGuests {
  accept(socket: TLSSocket, proof: Proof | undefined): void
  /** Turned away, and why, in plain words. */
  refused(address: string, reason: string): void
}

/** Suites for pre-shared keys, the ones that keep the past secret first; small devices know only the last ones. */
const PSK_CIPHERS = [
  'ECDHE-PSK-CHACHA20-POLY1305',
  'ECDHE-PSK-AES128-CBC-SHA256',
  'PSK-CHACHA20-POLY1305',
  'PSK-AES256-GCM-SHA384',
  'PSK-AES128-GCM-SHA256',
  'PSK-AES128-CCM',
  'PSK-AES128-CBC-SHA256',
]
/**
 * The suites of TLS 1.3 with SHA-256 first: with another hash OpenSSL passes over a pre-shared key, without a word,
 * and goes on as if there were none.
 */
const CIPHERS = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_256_GCM_SHA384'],
  ...DEFAULT_CIPHERS.split(':').filter((cipher) => !cipher.startsWith('TLS_') && cipher !== '!PSK'),
  ...PSK_CIPHERS,
].join(':')

/** A server that speaks nothing but TLS, 1.2 or newer, and asks clients for certificates without insisting on one. */
export function createTlsServer(
  { keyOf, standsBy = () => true, needsProof = () => false, ...keys }: TlsOptions,
  options: NodeTlsOptions,
  { accept, refused }: TlsGuests,
): Server {
  const identities = new WeakMap<TLSSocket, string>()
  const server = createServer(
    {
      ...options,
      ...contextOf(keys),
      requestCert: keys.ca !== undefined,
      rejectUnauthorized: false, // most clients have no certificate; those that bring a wrong one are told below
      ...(keyOf && {
        pskCallback: (socket, identity) => {
          const key = keyOf(identity)
          if (key) identities.set(socket, identity)
          return key ?? null
        },
      }),
    },
    (socket) => {
      const { certificate, fault } = certificateOf(socket, standsBy)
      const pskIdentity = usedKey(socket) ? identities.get(socket) : undefined
      const isProved = certificate !== undefined || pskIdentity !== undefined
      const reason =
        fault ?? (needsProof() && !isProved ? 'it shows neither a certificate nor a key.' : undefined)
      if (reason === undefined)
        return accept(
          socket,
          isProved ? { ...(certificate && { certificate }), ...(pskIdentity && { pskIdentity }) } : undefined,
        )
      socket.on('error', () => {}) // a refused peer may reset: nobody is interested any more
      socket.destroy()
      refused(socket.remoteAddress ?? '', reason)
    },
  )
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code !== 'ECONNRESET') refused(socket.remoteAddress ?? '', reasonOf(error))
  })
  return server
}

/** Connections that are made from now on see these. */
export function showKeys(server: Server, keys: TlsKeys): void {
  server.setSecureContext(contextOf(keys))
}

/** Nothing is resumed: a session would outlive the key or certificate that it was opened with. */
const contextOf = ({ key, cert, ca }: TlsKeys): NodeTlsOptions => ({
  key,
  cert,
  ...(ca !== undefined && { ca }),
  ciphers: CIPHERS,
  honorCipherOrder: true,
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_TICKET,
})

/**
 * Whether a pre-shared key has made the connection. That it was asked for does not say so: a client may name
 * somebody's key, and then go on without one. Nothing is resumed here but by a key.
 */
const usedKey = (socket: TLSSocket): boolean =>
  socket.getProtocol() === 'TLSv1.2' ? /\bPSK\b/.test(socket.getCipher().name) : socket.isSessionReused()

function certificateOf(
  socket: TLSSocket,
  standsBy: (certificate: PeerCertificate) => boolean,
): { readonly certificate?: PeerCertificate; readonly fault?: string } {
  const certificate = socket.getPeerCertificate()
  if (Object.keys(certificate).length === 0) return {}
  if (!socket.authorized)
    return { fault: `its certificate is not one of this house (${String(socket.authorizationError)}).` }
  return standsBy(certificate) ? { certificate } : { fault: 'its certificate was taken back.' }
}

const reasons: Readonly<Record<string, string>> = {
  ERR_SSL_PSK_IDENTITY_NOT_FOUND: 'it names a pre-shared key that does not exist.',
  ERR_SSL_BINDER_DOES_NOT_VERIFY: 'its pre-shared key is wrong.',
  ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC: 'its pre-shared key is wrong.',
  ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC: 'its pre-shared key is wrong.',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the certificate of the house. Give it the file ca.pem.',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE:
    'it does not take the certificate of the house. Give it the file ca.pem, and call the house by a name in its certificate.',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    'it does not trust the certificate of the house. Give it the file ca.pem.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS. Switch TLS on, or let it use the port without TLS.',
  ERR_SSL_HTTP_REQUEST: 'it speaks HTTP.',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks a version of TLS that is no longer safe; 1.2 is the oldest.',
  ERR_SSL_NO_SHARED_CIPHER: 'it knows no cipher that is still safe.',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'it did not go on with the handshake.',
}

const reasonOf = ({ code = '', message }: NodeJS.ErrnoException): string => reasons[code] ?? message
