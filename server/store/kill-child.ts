import { openStore } from './open-store.ts'
import { flowNamed } from './store-rig.ts'

/**
 * A server that only writes, for `kill.test.ts` to kill: says the number of each write as soon as it is
 * acknowledged. Arguments: the data folder, the first number.
 */
const [dataDir = '', first = '0'] = process.argv.slice(2)
const log = { info() {}, warn() {}, error() {} }
const store = await openStore({ dataDir, log })
await store.flows.put(flowNamed('kill'))

let next = Number(first)
async function write(): Promise<void> {
  for (;;) {
    const number = next++
    await store.nodeState.save('kill', `node-${number}`, { number })
    process.stdout.write(`${number}\n`)
  }
}
await Promise.all(Array.from({ length: 20 }, write))
