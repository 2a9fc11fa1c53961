import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { LIVE_PATH } from './live.ts'
import { isFromHere, isKnownHost, isOwnOrigin } from './origin.ts'
import type { WebServices } from './web-services.ts'

export const MQTT_PATH = '/mqtt'
const MAX_FRAME_BYTES = 1024 * 1024

/** MQTT over WebSocket on `/mqtt`: checks where it comes from and hands the socket to the broker. Other upgrades are refused. */
export function acceptMqttSockets(
  server: HttpServer,
  { broker, listeners, setup }: Pick<WebServices, 'broker' | 'listeners' | 'setup'>,
): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => ['mqtt', 'mqttv3.1'].find((name) => offered.has(name)) ?? false,
  })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0]
    if (path?.startsWith(LIVE_PATH)) return
    if (path !== MQTT_PATH) return refuse(socket, 404)
    if (!isKnownHost(request.headers.host)) return refuse(socket, 421)
    const { origin } = request.headers
    const isAllowed = origin !== undefined && listeners.allowsOrigin(origin)
    if (!isAllowed && !isOwnOrigin(request)) return refuse(socket, 403)
    if (setup.isNeeded() && !isFromHere(request)) return refuse(socket, 403)
    if (!/\bmqtt/.test(request.headers['sec-websocket-protocol'] ?? '')) return refuse(socket, 400)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // A frame that is too large or broken: its socket has to go, and nothing else.
      webSocket.on('error', () => webSocket.terminate())
      broker.acceptWebSocket(webSocket, request)
    })
  })

  return {
    close() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
