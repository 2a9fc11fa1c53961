import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createRawServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import type { Reach } from './web-address.ts'
import { webOutcome } from './web-outcome.ts'
import { askWeb } from './web-request.ts'

async function startServer(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const everywhere: readonly Reach[] = ['machine', 'link', 'home', 'internet']

const ask = (url: string, mayReach: readonly Reach[] = everywhere, clock = new VirtualClock()) =>
  askWeb({
    url: new URL(url),
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'hällo',
    mayReach: new Set(mayReach),
    timeoutMs: 30_000,
    clock,
    signal: new AbortController().signal,
  })

describe('a request', () => {
  it('brings its body, and the answer back', async () => {
    await using server = await startServer((request, response) => {
      request
        .toArray()
        .then((chunks) => response.end(`${request.method} ${Buffer.concat(chunks)}`), response.destroy)
    })
    expect(await ask(`http://127.0.0.1:${server.port}/`)).toMatchObject({ status: 200, text: 'POST hällo' })
  })

  it('follows no redirect', async () => {
    let calls = 0
    await using server = await startServer((_request, response) => {
      calls++
      response.writeHead(302, { location: '/again' }).end()
    })
    expect(await ask(`http://127.0.0.1:${server.port}/`)).toMatchObject({ kind: 'answer', status: 302 })
    expect(calls).toBe(1)
  })

  it('reads only so much of an answer that never ends', async () => {
    await using server = await startServer((_request, response) => {
      const write = () => void (response.destroyed || response.write('x'.repeat(10_000), write))
      write()
    })
    const answer = await ask(`http://127.0.0.1:${server.port}/`)
    expect(answer.kind === 'answer' && answer.text.length).toBe(64 * 1024)
  })

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0x7f.1', '127.0.0.1.'])(
    'does not reach this machine by %s',
    async (host) => {
      let calls = 0
      await using server = await startServer((_request, response) => {
        calls++
        response.end()
      })
      const answer = await ask(`http://${host}:${server.port}/`, ['home', 'internet'])
      expect([answer.kind, calls]).toEqual(['forbidden', 0])
    },
  )
})

describe('a fault', () => {
  it('before the connection stands is certain', async () => {
    const closed = createRawServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    await once(closed, 'close')
    expect(await ask(`http://127.0.0.1:${port}/`)).toEqual({
      kind: 'fault',
      code: 'ECONNREFUSED',
      isUncertain: false,
    })
  })

  it('after that is not', async () => {
    await using server = await startServer((request) => request.socket.destroy())
    expect(await ask(`http://127.0.0.1:${server.port}/`)).toEqual({
      kind: 'fault',
      code: 'ECONNRESET',
      isUncertain: true,
    })
  })

  it('is what comes of no answer in time', async () => {
    const clock = new VirtualClock()
    const asked = Promise.withResolvers<void>()
    await using server = await startServer(() => asked.resolve())
    const answer = ask(`http://127.0.0.1:${server.port}/`, everywhere, clock)
    await asked.promise
    await clock.advance(30_000)
    expect(await answer).toEqual({ kind: 'fault', code: 'ETIMEDOUT', isUncertain: true })
    expect(clock.planned).toBe(0)
  })
})

describe('the outcome', () => {
  const now = Date.UTC(2026, 0, 1)
  const of = (status: number, headers: Record<string, string> = {}) =>
    webOutcome({ kind: 'answer', status, headers, text: '' }, { host: 'example.org', now })

  it.each([
    [200, {}, { kind: 'sent', receipt: { status: 200 } }],
    [204, {}, { kind: 'sent', receipt: { status: 204 } }],
    [429, { 'retry-after': '7' }, { kind: 'pause', ms: 7_000, of: 'target' }],
    [
      503,
      { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' },
      { kind: 'pause', ms: 60_000, of: 'connection' },
    ],
    [503, { 'retry-after': '999999999' }, { kind: 'pause', ms: 86_400_000, of: 'connection' }],
    [503, { 'retry-after': 'soon' }, { kind: 'fault', isUncertain: true }],
    [429, {}, { kind: 'fault', isUncertain: false }],
    [408, {}, { kind: 'fault', isUncertain: false }],
    [500, {}, { kind: 'fault', isUncertain: true }],
  ])('of %i with %j', (status, headers, outcome) => {
    expect(of(status, headers as Record<string, string>)).toMatchObject(outcome)
  })

  it.each([301, 400, 401, 404, 410, 422])('of %i is up to the service', (status) => {
    expect(of(status)).toBeUndefined()
  })
})
