import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Metric, writeMetrics } from './prometheus.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'

interface ReadSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}
interface ReadMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: ReadSample[]
}

const unescaped = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_all, sign: string) => (sign === 'n' ? '\n' : sign))

/** Reads the text format by its letter, and throws for whatever is not in it. */
function readMetrics(text: string): ReadMetric[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end')
  const metrics: ReadMetric[] = []
  const lines = text.split('\n').slice(0, -1)
  for (let at = 0; at < lines.length; ) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)*)$/.exec(lines[at++] ?? '')
    const type = /^# TYPE (\S+) (counter|gauge)$/.exec(lines[at++] ?? '')
    if (!help?.[1] || type?.[1] !== help[1]) throw new Error(`line ${at}: no head`)
    const metric = {
      name: help[1],
      help: unescaped(help[2] ?? ''),
      type: type[2] ?? '',
      samples: [] as ReadSample[],
    }
    if (metrics.some(({ name }) => name === metric.name)) throw new Error(`${metric.name} stands twice`)
    if ((metric.type === 'counter') !== metric.name.endsWith('_total'))
      throw new Error(`${metric.name} is misnamed`)
    while (at < lines.length && !lines[at]?.startsWith('#'))
      metric.samples.push(readSample(lines[at++] ?? '', metric.name))
    const seen = new Set(metric.samples.map(({ labels }) => JSON.stringify(labels)))
    if (seen.size !== metric.samples.length) throw new Error(`${metric.name} has a sample twice`)
    metrics.push(metric)
  }
  return metrics
}

function readSample(line: string, of: string): ReadSample {
  const parts =
    /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([\s\S]*)\})? (-?\d+(?:\.\d+)?(?:e[+-]\d+)?|[+-]Inf|NaN)$/.exec(line)
  if (parts?.[1] !== of) throw new Error(`no sample of ${of}: ${line}`)
  const pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,(?=.)|$)/y
  const labels: Record<string, string> = {}
  const text = parts[2] ?? ''
  while (pair.lastIndex < text.length) {
    const found = pair.exec(text)
    if (!found?.[1]) throw new Error(`bad labels: ${text}`)
    labels[found[1]] = unescaped(found[2] ?? '')
  }
  return { name: of, labels, value: Number(parts[3]?.replace('Inf', 'Infinity')) }
}

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/)
const metric: fc.Arbitrary<Metric> = fc
  .record({
    name,
    help: fc.string({ unit: 'grapheme' }),
    isCounter: fc.boolean(),
    samples: fc.uniqueArray(
      fc.record({
        labels: fc.dictionary(name, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
        value: fc.double(),
      }),
      { minLength: 1, maxLength: 3, selector: ({ labels }) => JSON.stringify(labels) },
    ),
  })
  .map(({ isCounter, ...rest }) => ({
    ...rest,
    name: isCounter ? `${rest.name}_total` : `${rest.name}_now`,
    type: isCounter ? 'counter' : 'gauge',
  }))

test('whatever stands in a label, a strict reader gets it back', () => {
  void fc.assert(
    fc.property(fc.uniqueArray(metric, { maxLength: 4, selector: ({ name }) => name }), (metrics) => {
      const read = readMetrics(writeMetrics(metrics))
      const plain = metrics.map(({ samples, ...rest }) => ({
        ...rest,
        samples: samples.map(({ labels, value }) => ({ name: rest.name, labels, value: value || 0 })),
      }))
      expect(
        read.map(({ samples, ...rest }) => ({
          ...rest,
          samples: samples.map((one) => ({ ...one, value: one.value || 0 })),
        })),
      ).toEqual(plain)
    }),
  )
})

let rig: WebRig
beforeEach(async () => {
  rig = await webRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

test('says how the process, the broker, the flows and the hosts are', async () => {
  const reply = await rig.call('GET /metrics', { as: 'viewer' })
  expect([reply.status, reply.headers.get('Content-Type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  const byName = new Map(readMetrics(reply.text).map((metric) => [metric.name, metric.samples]))
  const value = (name: string) => byName.get(name)?.map(({ labels, value }) => ({ ...labels, value }))
  expect(value('process_resident_memory_bytes')?.[0]?.value).toBeGreaterThan(1e6)
  expect(value('wirehouse_broker_clients')).toEqual([{ value: 2 }])
  expect(value('wirehouse_broker_dropped_total')).toEqual([{ value: 0 }])
  expect(value('wirehouse_flows_running')).toEqual([{ value: 2 }])
  expect(value('wirehouse_flow_messages_total')).toEqual([{ flow: 'door', value: 12 }])
  expect(value('wirehouse_flow_failures_total')).toEqual([{ flow: 'door', value: 3 }])
  expect(value('wirehouse_host_heap_bytes')).toEqual([{ host: '1', value: 1000 }])
  expect(value('wirehouse_host_restarts_total')).toEqual([{ value: 4 }])
  expect(value('wirehouse_alarms_open')).toEqual([{ value: 2 }])
  expect(value('wirehouse_alarms_oldest_open_seconds')).toEqual([{ value: 60 }])
})

test('shows what the broker counts under names of its own', async () => {
  Object.assign(rig.broker, { counters: () => ({ messagesIn: 5, droppedQoS0: 1, clients: 2, retained: 3 }) })
  const { text } = await rig.call('GET /metrics')
  expect(text).toContain('\nwirehouse_broker_messages_in_total 5\n')
  expect(text).toContain('\nwirehouse_broker_dropped_qos0_total 1\n')
  expect(text).toContain('\nwirehouse_broker_retained 3\n')
  expect(text).not.toContain('clients_total')
})

test('the lag of the event loop is there from the second look on', async () => {
  expect((await rig.call('GET /metrics')).text).not.toContain('eventloop_lag')
  await expect
    .poll(async () => (await rig.call('GET /metrics')).text)
    .toContain('nodejs_eventloop_lag_p99_seconds ')
})

test('is not there while the house has no owner', async () => {
  await using fresh = await webRig({ isNew: true })
  const reply = await fresh.call('GET /metrics', { as: null })
  expect([reply.status, reply.json.code]).toEqual([403, 'SETUP_NEEDED'])
})
