import { makeCatalogue } from '#flows/catalogue.ts'
import { parseFlow } from '#flows/parse-flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes } from '#nodes/runtimes.ts'
import { Connections } from '#server/engine/connections.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { Supervisor } from '#server/hosts/supervisor.ts'
import { WriteBehind } from '#server/write-behind.ts'
import type { Delivery } from '#server/broker/flow-broker.ts'

let receive: ((d: Delivery) => void) | undefined
let published = 0, settled = 0
const broker = {
  subscribe: (_f: string, _q: number, r: (d: Delivery) => void) => { receive = r; return { [Symbol.dispose]() {} } },
  publish: () => { published++; return undefined },
}
const state = new WriteBehind({ load: () => ({}), save: async () => {} }, realClock)
const s = new Supervisor({
  catalogue: makeCatalogue(nodeDefinitions, connectionDefinitions), connectionRuntimes,
  connections: new Connections({ runtimes: connectionRuntimes, settings: () => undefined, clock: realClock, services: {} as never, observer: {} }),
  broker: broker as never, state, clock: realClock,
  hosts: { maxHosts: 3, heapMb: 192, stuckMs: 700, settings: { endpoints: { telegram: 'x' }, libraries: [], libraryFolder: '.' } },
  onEvent: (e) => e.kind === 'failed' && console.log(e), onSamples: () => {}, onQuarantine: () => {}, log: (l, t) => console.log(l, t),
})
const flow = parseFlow({ format: 'wirehouse/flow@1', id: 'f', name: 'F', nodes: [
  { id: 'in', type: 'mqtt-in', config: { topic: 'sensors/+/temperature', qos: 1, payload: 'text' } },
  { id: 'fn', type: 'function', config: { code: "const value = JSON.parse(message.payload)\nreturn { ...message, payload: value.t > 20 ? 'hot-' + value.n : 'cold-' + value.n }" } },
  { id: 'rbe', type: 'filter', config: { conditions: [{ property: 'payload', operator: 'changed' }], perTopic: true } },
  { id: 'out', type: 'mqtt-out', config: { topic: 'alarms/a', qos: 1 } },
], wires: [['in.out', 'fn.in'], ['fn.out', 'rbe.in'], ['rbe.out', 'out.in']] })
if (!flow.ok) throw new Error(JSON.stringify(flow.problems))
await s.deploy(flow.value, { isTrusted: true })
const N = Number(process.argv[2] ?? 200_000), WINDOW = 800
let sent = 0
const topics = Array.from({ length: 100 }, (_, i) => `sensors/s${i}/temperature`)
const done = Promise.withResolvers<void>()
const pump = () => {
  while (sent < N && sent - settled < WINDOW) {
    const n = sent++
    receive?.({ packet: { topic: topics[n % 100]!, payload: Buffer.from(`{"t":${n % 40},"n":${n}}`), qos: 1, retain: false }, settle: (e?: unknown) => { if (e) console.log(e); settled++; if (settled === N) done.resolve() } })
  }
  if (settled < N) setImmediate(pump)
}
const t = performance.now()
pump()
await done.promise
const ms = performance.now() - t
console.log(N, 'in', Math.round(ms), 'ms', Math.round(N / ms * 1000), '/s', (ms * 1000 / N).toFixed(2), 'µs', 'published', published)
await s[Symbol.asyncDispose]()
