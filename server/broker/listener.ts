import { createServer, type Server, type Socket } from 'node:net'
import { UserError } from '#server/user-error.ts'
import {
  createTlsServer,
  type Proof,
  showKeys,
  type TlsGuests,
  type TlsKeys,
  type TlsOptions,
} from './tls-server.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** With it, only TLS is spoken on this port. */
  readonly tls?: TlsOptions
}

/** A port that is open. */
export interface Listening {
  readonly port: number
  /** Connections that are made from now on see these; those that stand, stand. For a port with TLS. */
  showKeys(keys: TlsKeys): void
}

export interface Listener extends Listening, AsyncDisposable {}

export interface Guests extends TlsGuests {
  /** Over TLS, after the handshake. */
  accept(socket: Socket, proof?: Proof): void
}

/** On a port with TLS, handshakes included: far more than a house has, far fewer than exhaust a Pi. */
const MAX_CONNECTIONS = 2_000

/** Opens a port; its guests get each connection, after its TLS handshake if there is one. */
export async function openListener(
  { host, port, tls }: ListenOptions,
  handshakeTimeout: number,
  guests: Guests,
): Promise<Listener> {
  const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }
  const secured = tls && createTlsServer(tls, { ...options, handshakeTimeout }, guests)
  // nothing is read before it is known where to
  const server =
    secured ?? createServer({ ...options, pauseOnConnect: true }, (socket) => guests.accept(socket))
  if (secured) secured.maxConnections = MAX_CONNECTIONS
  await start(server, host, port).catch((error: NodeJS.ErrnoException) => {
    throw explain(error, host, port, tls ? 'WIREHOUSE_MQTTS_PORT' : 'WIREHOUSE_MQTT_PORT')
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    showKeys(keys) {
      if (!secured) throw new Error(`port ${port} speaks no TLS`)
      showKeys(secured, keys)
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

const start = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })

function explain(error: NodeJS.ErrnoException, host: string, port: number, setting: string): Error {
  if (error.code === 'EADDRINUSE')
    return new UserError(
      500,
      'PORT_IN_USE',
      `Port ${port} for MQTT is in use by another program, often another MQTT broker. Stop that one, or choose another port with ${setting}.`,
    )
  if (error.code === 'EACCES')
    return new UserError(
      500,
      'PORT_NOT_ALLOWED',
      `Port ${port} for MQTT may not be opened by this user. Choose one above 1023 with ${setting}.`,
    )
  if (error.code === 'EADDRNOTAVAIL')
    return new UserError(
      500,
      'HOST_NOT_AVAILABLE',
      `The address ${host} does not belong to this machine. Set WIREHOUSE_HOST to 0.0.0.0 or to one of its addresses.`,
    )
  return new Error(`opening port ${port} for MQTT`, { cause: error })
}
