import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { startServerProcess } from '../rig/server-process.ts'
import { runLoad } from './load.ts'

/** Every message passes: the function adds nothing to drop, and the filter lets each change through. */
const flow = {
  format: 'wirehouse/flow@1',
  id: 'bench',
  name: 'Benchmark',
  nodes: [
    {
      id: 'in',
      type: 'mqtt-in',
      at: [0, 0],
      config: { topic: 'bench/+/temperature', qos: 1, payload: 'json' },
    },
    {
      id: 'check',
      type: 'function',
      at: [200, 0],
      config: {
        code: "return { ...message, topic: 'bench-out/' + message.topic.split('/')[1], hot: message.payload.celsius > 20 }",
      },
    },
    {
      id: 'changed',
      type: 'filter',
      at: [400, 0],
      config: { conditions: [{ property: 'payload.n', operator: 'changed' }], perTopic: true },
    },
    { id: 'out', type: 'mqtt-out', at: [600, 0], config: { topic: '', qos: 1 } },
  ],
  wires: [
    ['in.out', 'check.in'],
    ['check.out', 'changed.in'],
    ['changed.out', 'out.in'],
  ],
}

const round = (value: number): string => Math.round(value).toLocaleString('en')
const print = (text: string): void => void process.stdout.write(`${text}\n`)

const before = performance.now()
await using server = await startServerProcess({ env: { WIREHOUSE_LOG_LEVEL: 'warn' } })
const started = performance.now() - before
print(`start to ready        ${round(started)} ms`)
print(`memory, idle          ${memoryOf(server.process.pid)} MB`)

await server.api('PUT', '/api/flows/bench', flow)
const deployed = await server.api('POST', '/api/flows/bench/deploy')
if (deployed.status !== 200)
  throw new Error(`The benchmark's flow did not deploy: ${JSON.stringify(deployed.body)}`)

print('mqtt-in → function → filter → mqtt-out, 10 connections, 100 topics')
for (const qos of [0, 1] as const) {
  await runLoad({ port: server.mqttPort, qos, messages: 2_000, publishers: 10, window: 100 })
  const full = await runLoad({ port: server.mqttPort, qos, messages: 30_000, publishers: 10, window: 500 })
  const quiet = await runLoad({ port: server.mqttPort, qos, messages: 1_000, publishers: 10, window: 1 })
  print(
    `QoS ${qos}, full load      ${round(full.perSecond)} messages/s, p50 ${full.p50.toFixed(2)} ms, p99 ${full.p99.toFixed(2)} ms`,
  )
  print(`QoS ${qos}, one at a time  p50 ${quiet.p50.toFixed(2)} ms, p99 ${quiet.p99.toFixed(2)} ms`)
}
print(`memory, after load    ${memoryOf(server.process.pid)} MB`)

/** Resident memory in MB. */
function memoryOf(pid: number | undefined): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}
