import { Agent, type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { OWNER } from '#rig/server-process.ts'

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape, as in the rig
  readonly body: any
}

/** Asks the API, one request after another on one connection, whose port the recorder knows it by. */
export class KeepAliveClient implements Disposable {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 60_000 })
  #cookie = ''
  #port = 0

  constructor(url: string) {
    this.#url = url
  }

  /** Of this end of the connection. */
  get port(): number {
    return this.#port
  }

  signIn(): Promise<Answer> {
    return this.ask('POST', '/api/session', OWNER)
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(`${this.#url}${path}`, {
        method,
        agent: this.#agent,
        headers: { 'content-type': 'application/json', cookie: this.#cookie },
      })
      sent.once('response', resolve)
      sent.once('error', reject)
      sent.once('socket', (socket) => {
        const note = () => {
          this.#port = socket.localPort ?? 0
        }
        if (socket.connecting) socket.once('connect', note)
        else note()
      })
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
    const [cookie] = response.headers['set-cookie'] ?? []
    if (cookie) this.#cookie = cookie.split(';')[0] ?? ''
    const isEmpty = response.statusCode === 204
    if (isEmpty) response.resume()
    return { status: response.statusCode ?? 0, body: isEmpty ? undefined : await json(response) }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}
