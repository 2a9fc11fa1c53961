import { connect as connectSocket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { brokerRig, patient } from './broker-rig.ts'
import { connect, disconnect, pingreq, publish, subscribe, unsubscribe, Wire } from './conformance/wire.ts'

/** `npm run torture` asks for 30,000 visits. */
const VISITS = Number(process.env['TEST_VISITS'] ?? 2_000)
const AT_ONCE = 50
const PINGRESP = 0xd0
/** What the heap may have grown by, at most: tables that grow with each visit, filter or topic would take more. */
const GROWTH_MB = 12

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function heapMb(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await new Promise(setImmediate)
    collect()
  }
  return process.memoryUsage().heapUsed / 1024 / 1024
}

/** Runs once to warm up, and then again: what was needed once stays. */
async function growsBy(run: () => Promise<void>): Promise<number> {
  await run()
  const before = await heapMb()
  await run()
  return (await heapMb()) - before
}

/** Written without `expect.poll`, which remembers each of its calls. */
function visit(port: number, index: number): Promise<void> {
  const clean = index % 3 > 0
  const id = clean ? `guest-${index}-${performance.now()}` : `regular-${index % 90}`
  const will = { topic: `will/${index}`, payload: 'gone', qos: 1 }
  return new Promise((resolve, reject) => {
    const socket = connectSocket(port, '127.0.0.1')
    socket.write(Buffer.concat([connect({ id, clean, will }), subscribe(1, [`visit/${index}`, 1]), pingreq]))
    socket.on('data', (bytes) => {
      if (bytes.at(-2) !== PINGRESP) return
      if (index % 2 === 0) socket.end(disconnect)
      else socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve())
  })
}

test(`${VISITS} clients that come and go leave nothing behind`, {
  timeout: 60_000 + VISITS * 20,
}, async () => {
  await using rig = await brokerRig({ limits: { connections: 1_000 } })
  const grown = await growsBy(async () => {
    for (let done = 0; done < VISITS; done += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => visit(rig.port, done + index)))
    await expect.poll(() => rig.broker.clients, patient).toBe(0)
  })
  expect(grown).toBeLessThan(GROWTH_MB)
})

for (const clean of [true, false])
  test(`10,000 filters subscribed and given up leave nothing behind, clean session ${clean ? 'on' : 'off'}`, async () => {
    await using rig = await brokerRig()
    await using wire = await Wire.open(rig.port)
    wire.send(connect({ id: 'restless', clean }))
    await wire.gets('connack session0 code0')
    let number = 0
    const grown = await growsBy(async () => {
      for (let round = 0; round < 100; round++) {
        const filters = Array.from({ length: 100 }, () => `f/${++number}/+/#`)
        wire.send(subscribe(1, ...filters.map((filter) => [filter, 1] as const)), unsubscribe(2, ...filters))
        await expect.poll(() => wire.take().at(-1), patient).toBe('unsuback id2')
      }
    })
    expect(grown).toBeLessThan(GROWTH_MB)
  })

for (const [qos, atOnce] of [
  [0, 500],
  [1, 500],
  [2, 100],
] as const)
  test(`${200 * atOnce} topics published to once, at QoS ${qos}, leave nothing behind`, {
    timeout: 120_000,
  }, async () => {
    await using rig = await brokerRig()
    await using ear = await Wire.open(rig.port)
    ear.send(connect({ id: 'ear' }), subscribe(1, ['t/1/#', 0]))
    await ear.gets('connack session0 code0', 'suback id1 0')
    await using wire = await Wire.open(rig.port)
    wire.send(connect({ id: 'mouth' }))
    await wire.gets('connack session0 code0')
    let number = 0
    const grown = await growsBy(async () => {
      for (let round = 0; round < 100; round++) {
        for (let one = 1; one <= atOnce; one++)
          wire.send(publish(`t/${++number}/topic`, 'x', { qos, id: one }))
        wire.send(pingreq)
        await expect.poll(() => wire.take().includes('pingresp'), patient).toBe(true)
      }
    })
    expect(grown).toBeLessThan(GROWTH_MB)
  })
