import { afterAll, describe, expect, it } from 'vitest'
import { FLOW_FORMAT, type Flow, flowSchema } from '#flows/flow.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { TrialDesk } from './trial-desk.ts'

const settings = { endpoints: { telegram: 'http://127.0.0.1:9' }, libraries: [], libraryFolder: '/nowhere' }
// How long a test takes is up to the machine: what ends one here is what it does.
const desk = new TrialDesk({
  clock: realClock,
  mostMs: 120_000,
  hosts: { heapMb: 192, stuckMs: 500, settings },
})
const long = { timeout: 300_000 }
afterAll(() => desk[Symbol.asyncDispose]())

const flowOf = (content: object): Flow =>
  flowSchema.parse({ format: FLOW_FORMAT, id: 'f', name: 'F', ...content })

/** A flow of one function, with a test that expects of it what it is sent. */
const functionFlow = (code: string, more: object = {}): Flow =>
  flowOf({
    nodes: [{ id: 'code', type: 'function', config: { code, ...more } }],
    tests: [
      {
        name: 'passes it on',
        send: [{ to: 'code', payload: 1 }],
        expect: [
          { at: 'code.out', payloads: [1] },
          { at: 'code', payloads: [1] },
        ],
      },
    ],
  })

const codesOf = async (code: string, isTrusted: boolean) => {
  const [result] = await desk.test({ flow: functionFlow(code), isTrusted })
  return result?.differences.map((one) => (one.kind === 'failure' ? one.why.code : one.kind))
}

describe.each([
  ['trusted', true],
  ['untrusted', false],
] as const)('a test of a flow that is %s', (_, isTrusted) => {
  it.each([
    ['runs without end', 'while (true) {}', 'FUNCTION_STUCK'],
    ['waits for itself without end', 'for (;;) await null', 'FUNCTION_STUCK'],
    ['throws', "throw new Error('no')", 'FUNCTION_THROW'],
  ])('fails where a function %s, and says so at its node', async (_, code, expected) => {
    expect(await codesOf(code, isTrusted)).toContain(expected)
  })

  it('reaches nothing of the process', async () => {
    const code = 'return { ...message, payload: typeof process + typeof require + typeof fetch }'
    const [result] = await desk.test({ flow: functionFlow(code), isTrusted })
    expect(result?.differences).toMatchObject([{ received: ['undefinedundefinedundefined'] }])
  })
})

it('a function that takes all memory fails its test, and the next test runs', long, async () => {
  const flow = functionFlow('const all = []\nfor (;;) all.push(new Uint8Array(1e7).fill(1))')
  const [greedy, next] = await desk.test({ flow, isTrusted: true }, [
    ...flow.tests,
    { name: 'nothing', send: [], expect: [], within: 1 },
  ])
  // a busy machine is so slow at giving memory that the watchdog comes first
  const code = expect.stringMatching(/^FUNCTION_(MEMORY|STUCK)$/)
  expect(greedy?.differences).toMatchObject([{ node: 'code', why: { code } }])
  expect(next?.isPassed).toBe(true)
})

it(
  'a flow in which something happens all the time is ended, however long the test is to last',
  long,
  async () => {
    const flow = flowOf({
      nodes: [{ id: 'tick', type: 'inject', config: { everyMs: 10 } }],
      tests: [{ name: 'a year', send: [], expect: [], within: 365 * 86_400_000 }],
    })
    const [result] = await desk.test({ flow, isTrusted: true })
    expect(result?.differences).toMatchObject([{ why: { code: 'TRIAL_TOO_MUCH' } }])
  },
)

it('half an hour of virtual time is no time', async () => {
  const flow = flowOf({
    nodes: [{ id: 'wait', type: 'delay', config: { delayMs: 1_800_000 } }],
    tests: [
      {
        name: 'comes after half an hour',
        send: [{ to: 'wait', payload: { on: true } }],
        expect: [{ at: 'wait.out', payloads: [{ on: true }] }],
        within: 1_800_000,
      },
    ],
  })
  expect(await desk.test({ flow, isTrusted: false })).toEqual([
    { name: 'comes after half an hour', isPassed: true, tookMs: expect.any(Number), differences: [] },
  ])
})

it('a flow that cannot start fails its tests with the reason', async () => {
  const [result] = await desk.test({ flow: functionFlow('return ((('), isTrusted: true })
  expect(result?.differences).toMatchObject([{ kind: 'failure', node: 'code' }])
})

describe('a rehearsal', () => {
  it('answers what passed each port, when, and what failed', async () => {
    const flow = flowOf({
      nodes: [
        { id: 'wait', type: 'delay', config: { delayMs: 1_000 } },
        { id: 'code', type: 'function', config: { code: "throw new Error('no')" } },
      ],
      wires: [['wait.out', 'code.in']],
    })
    const send = [{ to: 'wait', at: 500, topic: 't', payload: 'x' }]
    const { steps, stepCount, failures } = await desk.rehearse(
      { flow, isTrusted: true },
      { send, within: 2_000 },
    )
    expect(steps).toEqual([
      { at: 500, node: 'wait', port: 'in', topic: 't', payload: 'x' },
      { at: 1_500, node: 'wait', port: 'out', topic: 't', payload: 'x' },
      { at: 1_500, node: 'code', port: 'in', topic: 't', payload: 'x' },
    ])
    expect(stepCount).toBe(3)
    expect(failures).toMatchObject([{ at: 1_500, node: 'code', why: { code: 'FUNCTION_THROW' } }])
  })

  it('goes past what is disabled, in a test as well', async () => {
    const flow = flowOf({
      nodes: [
        { id: 'first', type: 'delay', config: { delayMs: 10 } },
        { id: 'off', type: 'function', disabled: true, config: { code: "throw new Error('no')" } },
        { id: 'last', type: 'delay', config: { delayMs: 10 } },
      ],
      wires: [
        ['first.out', 'off.in'],
        ['first.out', 'last.in'],
      ],
      tests: [
        {
          name: 'arrives',
          send: [{ to: 'first', payload: 1 }],
          expect: [
            { at: 'last.out', payloads: [1] },
            { at: 'off', payloads: [] },
          ],
        },
      ],
    })
    const send = [{ to: 'first', at: 0, payload: 1 }]
    const { steps, failures } = await desk.rehearse({ flow, isTrusted: true }, { send, within: 100 })
    expect(steps.map(({ node, port }) => `${node}.${port}`)).toEqual([
      'first.in',
      'first.out',
      'last.in',
      'last.out',
    ])
    expect(failures).toEqual([])
    expect(await desk.test({ flow, isTrusted: true })).toMatchObject([{ isPassed: true }])
  })

  it('touches no broker but its own, wherever the connection leads', async () => {
    const flow = flowOf({
      nodes: [{ id: 'out', type: 'mqtt-out', config: { broker: 'far', topic: 'a', qos: 0 } }],
      connections: [{ id: 'far', type: 'mqtt', config: { host: '127.0.0.1', port: 9 } }],
    })
    const send = [{ to: 'out', at: 0, payload: 'x' }]
    const { failures } = await desk.rehearse({ flow, isTrusted: true }, { send, within: 100 })
    expect(failures).toEqual([])
  })

  it('that never ends says who was at work', async () => {
    const send = [{ to: 'code', at: 0, payload: 1 }]
    const on = { flow: functionFlow('while (true) {}'), isTrusted: true }
    const { failures } = await desk.rehearse(on, { send, within: 100 })
    expect(failures).toMatchObject([{ node: 'code', why: { code: 'FUNCTION_STUCK' } }])
  })
})
