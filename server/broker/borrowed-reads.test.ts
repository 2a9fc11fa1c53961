import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { readBorrowed } from './borrowed-reads.ts'
import { patient } from './broker-rig.ts'

/** A connection from both sides; the accepted one is not read yet. */
async function connection() {
  const server = createServer({ pauseOnConnect: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [accepted]: Socket[] = await once(server, 'connection')
  if (accepted === undefined) throw new Error('nobody came')
  return {
    server,
    client,
    accepted,
    async [Symbol.asyncDispose]() {
      client.destroy()
      const closed = once(server, 'close')
      server.close()
      await closed // which comes when the last connection has ended
    },
  }
}

test('accepted sockets are read into one buffer, and still written, paused and ended as any other', async () => {
  await using one = await connection()
  await using two = await connection()
  const buffers = new Set<ArrayBufferLike>()
  const texts: string[] = []
  const take = (bytes: Buffer) => {
    buffers.add(bytes.buffer)
    texts.push(String(bytes))
  }
  const streams = [one, two].map(({ accepted }) => readBorrowed(accepted, take))
  one.client.write('a')
  await expect.poll(() => texts, patient).toEqual(['a'])
  streams[1]?.pause()
  two.client.write('b')
  one.client.write('c')
  await expect.poll(() => texts, patient).toEqual(['a', 'c'])
  streams[1]?.resume()
  await expect.poll(() => texts, patient).toEqual(['a', 'c', 'b'])
  streams[1]?.write('answer')
  const [answer] = await once(two.client, 'data')
  expect([String(answer), buffers.size]).toEqual(['answer', 1])
  two.client.end()
  await expect.poll(() => streams[1]?.destroyed, patient).toBe(true)
})

test('a stream that is no plain socket is read as usual', async () => {
  const stream = new PassThrough()
  const texts: string[] = []
  expect(readBorrowed(stream, (bytes) => texts.push(String(bytes)))).toBe(stream)
  stream.write('a')
  await expect.poll(() => texts, patient).toEqual(['a'])
})

test('a connection that breaks off is an error of the stream, and no longer counted by its server', async () => {
  await using one = await connection()
  const stream = readBorrowed(one.accepted, () => {})
  const failed = once(stream, 'error')
  one.client.resetAndDestroy()
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' })
})
