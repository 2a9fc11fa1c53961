import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'

const MESSAGE_BYTES = 4_096

/** What people with the app see. */
export interface ShownNotification {
  readonly id: string
  readonly topic: string
  readonly message: string
  readonly title: string
  readonly priority: number
  readonly tags: readonly string[]
  readonly click: string
}

/** Answers the next call as told instead of taking it: a status, or the line breaks before or after it was taken. */
export type NtfyFault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly text?: string }
  | { readonly kind: 'reset-before' | 'reset-after' }

const jsonSchema = z.object({
  topic: z.string().default(''),
  message: z.string().default(''),
  title: z.string().default(''),
  priority: z.number().default(0),
  tags: z.array(z.string()).nullable().default([]),
  click: z.string().default(''),
})
type Wanted = z.output<typeof jsonSchema>

/**
 * A ntfy server on a port of this machine, with the limits, checks and errors of server.go and errors.go of ntfy 2:
 * JSON to `/`, or the text to `/<topic>` with the rest in headers.
 */
export async function startFakeNtfy(options: { readonly token?: string } = {}): Promise<FakeNtfy> {
  const ntfy = new FakeNtfy(options.token)
  await ntfy.listen()
  return ntfy
}

export class FakeNtfy implements AsyncDisposable {
  readonly shown: ShownNotification[] = []
  calls = 0
  readonly #token: string | undefined
  readonly #faults: NtfyFault[] = []
  readonly #server: Server

  constructor(token: string | undefined) {
    this.#token = token
    this.#server = createServer(async (request, response) => {
      // a client that was killed has no body, and hears no answer
      const body = Buffer.concat(await request.toArray().catch(() => []))
      const fault = this.#faults.shift()
      this.calls++
      if (fault?.kind === 'reset-before') return void request.socket.resetAndDestroy()
      const [status, answer] =
        fault?.kind === 'status'
          ? [
              fault.status,
              fault.text ?? { code: fault.status * 100, http: fault.status, error: 'as planned' },
            ]
          : this.#take(request.url ?? '/', request.headers, body)
      if (fault?.kind === 'reset-after') return void request.socket.resetAndDestroy()
      if (fault?.kind === 'status' && fault.retryAfter) response.setHeader('retry-after', fault.retryAfter)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof answer === 'string' ? answer : `${JSON.stringify(answer)}\n`)
    })
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  fail(fault: NtfyFault): void {
    this.#faults.push(fault)
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(path: string, headers: IncomingHttpHeaders, body: Buffer): readonly [number, object] {
    const login = this.#checkLogin(headers.authorization)
    if (login) return login
    const wanted = path === '/' ? readJson(body) : readHeaders(path, headers, body)
    if (!('topic' in wanted)) return failed(wanted.code, wanted.error)
    const problem = problemOf(wanted)
    if (problem) return problem
    const id = `fake${String(this.shown.length + 1).padStart(8, '0')}`
    const shown = {
      ...wanted,
      id,
      message: wanted.message.trim() || 'triggered',
      priority: wanted.priority || 3,
      tags: wanted.tags ?? [],
    }
    this.shown.push(shown)
    return [200, { ...shown, event: 'message', time: 1_767_225_600 }]
  }

  #checkLogin(header: string | undefined): readonly [number, object] | undefined {
    if (this.#token === undefined) return undefined
    if (header === undefined) return failed(40301, 'forbidden')
    return header === `Bearer ${this.#token}` ? undefined : failed(40101, 'unauthorized')
  }
}

const failed = (code: number, error: string): readonly [number, object] => {
  const http = Math.floor(code / 100)
  return [http, { code, http, error }]
}

interface Refused {
  readonly code: number
  readonly error: string
}

function readJson(body: Buffer): Wanted | Refused {
  if (body.length > 2 * MESSAGE_BYTES) return { code: 41303, error: 'JSON body too large' }
  try {
    const parsed = jsonSchema.safeParse(JSON.parse(body.toString()))
    if (parsed.success) return parsed.data
  } catch {
    // is answered below
  }
  return { code: 40024, error: 'invalid request: request body must be valid JSON' }
}

const priorityNames = ['', 'min', 'low', 'default', 'high', 'max']

function readHeaders(path: string, headers: IncomingHttpHeaders, body: Buffer): Wanted {
  const header = (...names: string[]) =>
    String(names.map((name) => headers[name]).find((value) => value !== undefined) ?? '')
  const priority = header('x-priority', 'priority', 'p')
  return {
    topic: path.slice(1).replace(/\?.*$/, ''),
    message: body.toString(),
    title: header('x-title', 'title', 't'),
    priority: Number(priority) || Math.max(0, priorityNames.indexOf(priority)),
    tags: header('x-tags', 'tags', 'ta').split(',').filter(Boolean),
    click: header('x-click', 'click'),
  }
}

function problemOf({ topic, message, title, priority, tags }: Wanted): readonly [number, object] | undefined {
  if (!/^[-_A-Za-z0-9]{1,64}$/.test(topic)) return failed(40009, 'invalid request: topic invalid')
  if (!Number.isInteger(priority) || priority < 0 || priority > 5)
    return failed(40007, 'invalid priority parameter')
  if (Buffer.byteLength(message) > MESSAGE_BYTES)
    return failed(40014, 'invalid request: attachments not allowed')
  if (Buffer.byteLength(title) > 1_024) return failed(40057, 'title too long')
  if (Buffer.byteLength((tags ?? []).join()) > 512) return failed(40058, 'tags too long')
}
