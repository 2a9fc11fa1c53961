/** What a function can do that never comes back, by what it is. */
export const loops = {
  'a synchronous loop': 'for (;;) {}',
  'an endless chain of microtasks':
    'const again = () => void Promise.resolve().then(again); again(); await new Promise(() => {})',
  'a regular expression that never ends': `/^(a+)+$/.test('a'.repeat(60) + '!')`,
} as const

/** What a function can do that takes all memory. Each also holds on to what it took. */
export const leaks = {
  objects: 'for (;;) keep.push(Array.from({ length: 1000 }, (_, index) => ({ index })))',
  'objects, a bit in every microtask':
    'for (;;) { keep.push(Array.from({ length: 1000 }, (_, index) => ({ index }))); await null }',
  buffers: 'for (;;) keep.push(new Uint8Array(1e6).fill(1))',
} as const

export type Misdeed = keyof typeof loops | keyof typeof leaks

const CULPRIT = 'culprit'

/** Where the culprit is poked, and who is to be named. */
export const culprit = {
  flow: CULPRIT,
  node: 'bad',
  inject: `/api/flows/${CULPRIT}/nodes/bad/inject`,
  status: `/api/flows/${CULPRIT}/status`,
} as const

const cases = Object.entries({ ...loops, ...leaks }).map(
  ([name, code]) => `if (message.payload === ${JSON.stringify(name)}) { ${code} }`,
)

/** A flow whose only function does what the payload names, and otherwise passes the message on. Each edition differs. */
export const culpritFlow = (edition: number) => ({
  format: 'wirehouse/flow@1',
  id: CULPRIT,
  name: CULPRIT,
  nodes: [
    {
      id: culprit.node,
      type: 'function',
      at: [0, 0],
      config: { code: [`// edition ${edition}`, 'const keep = []', ...cases, 'return message'].join('\n') },
    },
    { id: 'seen', type: 'debug', at: [200, 0], config: {} },
  ],
  wires: [[`${culprit.node}.out`, 'seen.in']],
})
