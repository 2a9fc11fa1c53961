import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { encodePacket, type Packet, PacketReader } from './packet.ts'
import { SessionClosed, TfpSession } from './tfp-session.ts'

const until = (check: () => void): Promise<void> => vi.waitFor(check, { interval: 2, timeout: 10_000 })

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0).reverse()) close()
})

/** A session, and the other end of its wire, which answers only when the test says so. */
async function rig() {
  const clock = new VirtualClock()
  const received: Packet[] = []
  const closed: Error[] = []
  let peer: Socket | undefined
  const server = createServer((socket) => {
    const reader = new PacketReader()
    socket.on('error', () => {})
    socket.on('data', (bytes) => received.push(...reader.push(bytes)))
    peer = socket
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const session = new TfpSession({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    clock,
    connected: () => {},
    callback: () => {},
    closed: (reason) => closed.push(reason),
  })
  open.push(
    () => server.close(),
    () => session[Symbol.dispose](),
  )
  await until(() => expect(peer).toBeDefined())
  const answer = (packet: Packet | undefined) => packet && peer?.write(encodePacket(packet))
  return { clock, received, closed, session, answer, hangUp: () => peer?.end() }
}

describe('a session', () => {
  it('never has two requests out with the same sequence number', async () => {
    const { received, session, answer } = await rig()
    const answers = Array.from({ length: 40 }, () => session.request(4711, 1))
    for (let answered = 0; answered < 40; answered++) {
      const expected = Math.min(40, answered + 15)
      await until(() => expect(received).toHaveLength(expected))
      const out = received.slice(answered).map(({ seq }) => seq)
      expect(new Set(out).size).toBe(out.length)
      answer(received[answered])
    }
    expect(await Promise.all(answers)).toHaveLength(40)
  })

  it('always asks for an answer, and numbers from 1 to 15', async () => {
    const { received, session, answer } = await rig()
    for (let count = 1; count <= 17; count++) {
      const request = session.request(4711, 1)
      await until(() => expect(received).toHaveLength(count))
      answer(received.at(-1))
      await request
    }
    expect(received.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1, 2])
    expect(received.every(({ responseExpected }) => responseExpected)).toBe(true)
  })

  it('tells every open request that the connection has ended, those that wait too', async () => {
    const { session, hangUp, closed } = await rig()
    const requests = Array.from({ length: 20 }, () => session.request(4711, 1))
    const outcomes = Promise.allSettled(requests)
    hangUp()
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(SessionClosed) })
    expect(closed).toHaveLength(1)
    await expect(session.request(4711, 1)).rejects.toBeInstanceOf(SessionClosed)
  })

  it('probes after 5 s without a word', async () => {
    const { clock, received } = await rig()
    await until(() => expect(clock.planned).toBe(1))
    await clock.advance(4_999)
    expect(received).toEqual([])
    await clock.advance(1)
    await until(() =>
      expect(received.map(({ uid, fn }) => [uid, fn])).toEqual([
        [0, 128],
        [1, 255],
      ]),
    )
  })

  it('ends when nobody answers the question after the probe', async () => {
    const { clock, closed } = await rig()
    await clock.advance(7_499)
    expect(closed).toEqual([])
    await clock.advance(1)
    expect(closed).toMatchObject([{ name: 'NoAnswer' }])
    expect(clock.planned).toBe(0)
  })
})
