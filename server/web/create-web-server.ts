import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import express from 'express'
import type { Clock } from '#kit/runtime/clock.ts'
import type { House } from '#server/house/house.ts'
import type { Conditions } from '../conditions/conditions.ts'
import { HouseLog } from '../house-log/house-log.ts'
import { thingsOf } from '../house-log/things.ts'
import type { Log } from '../log.ts'
import type { HouseChangeStore, SeriesStore, UserStore } from '../store/store.ts'
import { UserError } from '../user-error.ts'
import { serveEditor } from './editor-files.ts'
import { answerErrors } from './errors.ts'
import { createLive, LIVE_PATH } from './live.ts'
import { mountRoutes } from './mount-routes.ts'
import { acceptMqttSockets, MQTT_PATH } from './mqtt-socket.ts'
import { createHandlers } from './routes/routes.ts'
import { answerHeaders, pageHeaders, requireKnownHost, requireOwnOrigin } from './security-headers.ts'
import type { Setup } from './setup.ts'
import { createSignIn } from './sign-in.ts'
import type { WebBroker, WebServices } from './web-services.ts'

export interface WebServerParts {
  readonly house: House
  readonly houseChanges: HouseChangeStore
  readonly users: UserStore
  readonly series: SeriesStore
  readonly browsers: WebServices['browsers']
  readonly broker: WebBroker
  readonly access: WebServices['access']
  readonly mosquitto: WebServices['mosquitto']
  readonly listeners: WebServices['listeners']
  readonly publishes: WebServices['publishes']
  readonly settings: WebServices['settings']
  readonly bridges: WebServices['bridges']
  readonly recordings: WebServices['recordings']
  readonly topicRecordings: WebServices['topicRecordings']
  readonly conditions: Pick<Conditions, 'list' | 'dismiss'>
  /** From `openSetup`. */
  readonly setup: Setup
  readonly clock: Clock
  readonly log: Log
  /** Folder of the built editor. */
  readonly editorDir: string
}

export interface WebServer {
  /** Answers the port that it got. What keeps it from that is a `UserError`: `PORT_IN_USE`, `PORT_FORBIDDEN`, `HOST_UNUSABLE`. */
  listen(where: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }>
  /** Ends the live channel and idle connections at once, and gives running requests a second. */
  close(): Promise<void>
}

const HEADER_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 60_000
/** How often both are looked at. */
const CHECK_EVERY_MS = 5_000
/** Far more than a house has, far fewer than exhaust a Pi. */
const MAX_CONNECTIONS = 2_000
const CLOSE_GRACE_MS = 1_000

/** The HTTP side of the house: API, editor, live channel and MQTT over WebSocket on one port. */
export function createWebServer(parts: WebServerParts): WebServer {
  const server = createServer({
    headersTimeout: HEADER_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16 * 1024,
  })
  server.maxConnections = MAX_CONNECTIONS
  const sockets = trackSockets(server)
  const live = createLive(server, parts)
  const mqtt = acceptMqttSockets(server, parts)
  const signIn = createSignIn(parts)
  const houseLog = new HouseLog(parts.houseChanges, thingsOf(parts))
  const app = createApp({ ...parts, houseLog, signIn, live }, parts.editorDir)
  serve(server, app)

  return {
    listen: ({ host, port }) => listen(server, host, port),
    async close() {
      live.close()
      mqtt.close()
      if (!server.listening) return
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const grace = parts.clock.after(CLOSE_GRACE_MS, () => {
        for (const socket of sockets) socket.destroy()
      })
      await closed
      grace.cancel()
    },
  }
}

/** All open connections; the server itself forgets those that became WebSockets. */
function trackSockets(server: HttpServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

type App = ReturnType<typeof express>

function createApp(services: WebServices, editorDir: string): App {
  const app = express()
  app.disable('x-powered-by').disable('etag').disable('query parser').enable('case sensitive routing')
  app.use(pageHeaders)
  app.use('/api', answerHeaders, (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  const routes = mountRoutes(createHandlers(services), services)
  app.get('/api/health', routes)
  app.use(requireKnownHost, requireOwnOrigin, routes)
  app.all(MQTT_PATH, (request, response, next) => {
    // a person who comes here by a link means the page of this name
    if (request.accepts(['json', 'html']) === 'html') return next()
    response.setHeader('Upgrade', 'websocket')
    throw new UserError(426, 'UPGRADE_NEEDED', 'Here is MQTT over WebSocket. Connect with an MQTT client.')
  })
  app.use(serveEditor(editorDir))
  app.use(answerErrors(services.log))
  return app
}

/**
 * Lets the app answer. socket.io has put itself in front for its own path. A client that asks before it sends a body
 * (`Expect: 100-continue`) is told to go on only when the body is read, so that what is refused is never sent.
 */
function serve(server: HttpServer, app: App): void {
  const [liveChannel] = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[]
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    if (request.url?.startsWith(LIVE_PATH)) liveChannel?.(request, response)
    else app(request, response)
  })
  server.on('checkContinue', app)
  server.on('clientError', refuseBroken)
}

const broken = {
  HPE_HEADER_OVERFLOW: [431, 'HEADERS_TOO_LARGE', 'The headers of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'REQUEST_TIMEOUT', 'The request took too long to arrive.'],
} as const

/** Answers what is no HTTP, so that a person with a terminal sees why. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const [status, code, message] = broken[error.code as keyof typeof broken] ?? [
    400,
    'REQUEST_BROKEN',
    'This is not a proper HTTP request.',
  ]
  const body = JSON.stringify({ code, message })
  socket.end(
    `HTTP/1.1 ${status} ${code}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function listen(server: HttpServer, host: string, port: number): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(explain(error, host, port))
    server.once('error', onError)
    server.listen({ host, port }, () => {
      server.off('error', onError)
      resolve({ port: (server.address() as AddressInfo).port })
    })
  })
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const choose = 'or choose another port with WIREHOUSE_HTTP_PORT.'
  if (error.code === 'EADDRINUSE')
    return new UserError(
      500,
      'PORT_IN_USE',
      `Port ${port} is taken by another program. End that program, ${choose}`,
    )
  if (error.code === 'EACCES')
    return new UserError(
      500,
      'PORT_FORBIDDEN',
      `This user may not open port ${port}. Grant it the right, ${choose}`,
    )
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new UserError(
      500,
      'HOST_UNUSABLE',
      `This machine has no address "${host}". Set WIREHOUSE_HOST to one it has, or to 0.0.0.0 for all.`,
    )
  return new Error(`opening the web server on ${host}:${port}`, { cause: error })
}
