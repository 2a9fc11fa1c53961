import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import WebSocket, { type RawData, WebSocketServer } from 'ws'

/** A server in front of another that passes everything on, and puts messages of its own among what comes back. */
export interface LiveFeed extends AsyncDisposable {
  readonly url: string
  /** Sends an event to all pages as the server would. */
  emit(name: string, event: unknown): void
}

/** A message of Socket.IO over a WebSocket. */
const eventText = (name: string, event: unknown): string => `42${JSON.stringify([name, event])}`

export async function startLiveFeed(target: string): Promise<LiveFeed> {
  const pages = new Set<WebSocket>()
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer((incoming, answer) => passOn(target, incoming, answer))
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    sockets.handleUpgrade(incoming, socket, head, (page) => {
      pages.add(page)
      page.on('close', () => pages.delete(page))
      join(page, new WebSocket(target.replace('http', 'ws') + incoming.url, { headers: headersOf(incoming) }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    emit: (name, event) => {
      for (const page of pages) page.send(eventText(name, event))
    },
    async [Symbol.asyncDispose]() {
      for (const page of pages) page.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function passOn(target: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, headers, url = '/' } = incoming
  const outgoing = request(target + url, { method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(answer)
  })
  outgoing.on('error', () => answer.destroy())
  incoming.pipe(outgoing)
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    ['cookie', 'origin', 'host'].flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )

/** What one says, the other hears; what the page says before the server listens, waits. */
function join(page: WebSocket, server: WebSocket): void {
  const waiting: string[] = []
  const textOf = (data: RawData): string => data.toString()
  page.on('message', (data) => {
    if (server.readyState === WebSocket.OPEN) server.send(textOf(data))
    else waiting.push(textOf(data))
  })
  server.on('open', () => {
    for (const text of waiting) server.send(text)
  })
  server.on('message', (data) => page.readyState === WebSocket.OPEN && page.send(textOf(data)))
  for (const [one, other] of [
    [page, server],
    [server, page],
  ] as const) {
    one.on('close', () => other.close())
    one.on('error', () => other.terminate())
  }
}
