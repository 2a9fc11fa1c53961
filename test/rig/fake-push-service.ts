import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '#kit/runtime/clock.ts'

/** What a browser makes when notifications are switched on, and what it has been shown since. */
export interface FakeBrowser {
  readonly subscription: {
    readonly endpoint: string
    readonly keys: { readonly p256dh: string; readonly auth: string }
  }
  readonly pushes: FakePush[]
}

export interface FakePush {
  readonly text: string
  readonly ttl: number
  readonly urgency: string
  readonly topic: string
}

interface Seat {
  readonly browser: FakeBrowser
  readonly pair: ECDH
  readonly houseKey: string
  isGone: boolean
}

/** The push service of a browser's maker, and the browsers behind it: checks what RFC 8030, 8188, 8291 and 8292 ask for. */
export async function startFakePushService(clock: Clock): Promise<FakePushService> {
  const service = new FakePushService(clock)
  await service.listen()
  return service
}

export class FakePushService implements AsyncDisposable {
  readonly #clock: Clock
  readonly #server: Server
  readonly #seats = new Map<string, Seat>()
  readonly #planned: { readonly status: number; readonly retryAfter?: string }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
    this.#server = createServer(async (request, response) => {
      // a client that was killed has no body, and hears no answer
      const body = Buffer.concat(await request.toArray().catch(() => []))
      const planned = this.#planned.shift()
      const status = planned?.status ?? this.#take(request.url ?? '', request.headers, body)
      response.writeHead(status, planned?.retryAfter ? { 'retry-after': planned.retryAfter } : {}).end()
    })
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** A browser in which somebody switches on notifications of the house with this public key. */
  subscribe(houseKey: string): FakeBrowser {
    const path = `/push/${randomBytes(12).toString('base64url')}`
    const pair = createECDH('prime256v1')
    pair.generateKeys()
    const keys = { p256dh: pair.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') }
    const browser: FakeBrowser = { subscription: { endpoint: this.origin + path, keys }, pushes: [] }
    this.#seats.set(path, { browser, pair, houseKey, isGone: false })
    return browser
  }

  unsubscribe({ subscription }: FakeBrowser): void {
    const seat = this.#seats.get(new URL(subscription.endpoint).pathname)
    if (seat) seat.isGone = true
  }

  /** Answers the next push like this, and shows nothing. */
  fail(status: number, retryAfter?: string): void {
    this.#planned.push({ status, ...(retryAfter !== undefined && { retryAfter }) })
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(path: string, headers: IncomingHttpHeaders, body: Buffer): number {
    const seat = this.#seats.get(path)
    if (!seat) return 404
    if (seat.isGone) return 410
    const { ttl, urgency = 'normal', topic = '' } = headers
    if (!/^\d+$/.test(String(ttl)) || !/^(very-low|low|normal|high)$/.test(String(urgency))) return 400
    if (!/^[A-Za-z0-9_-]{0,32}$/.test(String(topic))) return 400
    if (body.length > 4_096) return 413
    const refused = this.#checkHouse(headers.authorization ?? '', seat.houseKey)
    if (refused !== undefined) return refused
    if (headers['content-encoding'] !== 'aes128gcm') return 415
    const text = decrypt(body, seat)
    if (text === undefined) return 400
    seat.browser.pushes.push({ text, ttl: Number(ttl), urgency: String(urgency), topic: String(topic) })
    return 201
  }

  /** RFC 8292: a token for this origin, not valid for more than a day, signed with the key the browser was given. */
  #checkHouse(header: string, houseKey: string): number | undefined {
    const [, token = '', key] = /^vapid t=([^,\s]+), ?k=([\w-]+)$/.exec(header) ?? []
    const [head = '', claims = '', signature = ''] = token.split('.')
    if (key === undefined) return 401
    if (key !== houseKey) return 403
    const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    const now = this.#clock.now() / 1000
    if (aud !== this.origin || !(exp > now && exp <= now + 86_400) || !/^(mailto:|https:)/.test(sub))
      return 403
    const point = Buffer.from(key, 'base64url')
    const [x = '', y = ''] = [point.subarray(1, 33), point.subarray(33)].map((part) =>
      part.toString('base64url'),
    )
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
    const signed = Buffer.from(`${head}.${claims}`)
    const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    return verify('sha256', signed, options, Buffer.from(signature, 'base64url')) ? undefined : 403
  }
}

/** As a browser does it (RFC 8291, 3.4); `undefined` if it cannot. */
function decrypt(body: Buffer, { pair, browser }: Seat): string | undefined {
  const [salt, keyBytes] = [body.subarray(0, 16), body.readUInt8(20)]
  const theirs = body.subarray(21, 21 + keyBytes)
  const sealed = body.subarray(21 + keyBytes)
  const derive = (from: Buffer, key: Buffer, info: Buffer, bytes: number) =>
    Buffer.from(hkdfSync('sha256', key, from, info, bytes))
  const auth = Buffer.from(browser.subscription.keys.auth, 'base64url')
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), theirs])
  const key = derive(auth, pair.computeSecret(theirs), info, 32)
  const opener = createDecipheriv(
    'aes-128-gcm',
    derive(salt, key, Buffer.from('Content-Encoding: aes128gcm\0'), 16),
    derive(salt, key, Buffer.from('Content-Encoding: nonce\0'), 12),
    { authTagLength: 16 },
  )
  opener.setAuthTag(sealed.subarray(-16))
  const padded = opener.update(sealed.subarray(0, -16))
  try {
    opener.final()
  } catch {
    return undefined // the tag does not fit: that is the answer
  }
  const end = padded.lastIndexOf(2)
  return padded.subarray(end + 1).every((byte) => byte === 0) ? padded.subarray(0, end).toString() : undefined
}
