import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '#kit/message.ts'
import type { Handler, Settlement } from '#kit/runtime/implement-node.ts'
import { drawing, flowNode, nodeType, smallHouse, source } from '#rig/small-house.ts'

const kinds = ['pass', 'later', 'soon', 'twice', 'fails', 'rejects', 'sendsAndFails'] as const
type Kind = (typeof kinds)[number]

/** A drawing: the kind of each node, and wires `[from, to]` from `out`, or from `error`, to a later node. */
interface Sketch {
  readonly nodes: readonly Kind[]
  readonly wires: readonly { readonly from: number; readonly to: number; readonly port: 'out' | 'error' }[]
}

const sketches: fc.Arbitrary<Sketch> = fc
  .array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 7 })
  .chain((nodes) =>
    fc.record({
      nodes: fc.constant(nodes),
      wires: fc.uniqueArray(
        fc.record({
          from: fc.integer({ min: -1, max: nodes.length - 2 }),
          to: fc.integer({ min: 0, max: nodes.length - 1 }),
          port: fc.constantFrom('out' as const, 'out' as const, 'error' as const),
        }),
        { maxLength: 12, selector: ({ from, to, port }) => `${from} ${to} ${port}` },
      ),
    }),
  )
  .map(({ nodes, wires }) => ({
    nodes,
    wires: wires.filter(({ from, to, port }) => from < to && (from >= 0 || port === 'out')),
  }))

const isAsync: ReadonlySet<Kind> = new Set(['later', 'soon', 'rejects'])
const fails: ReadonlySet<Kind> = new Set(['fails', 'rejects', 'sendsAndFails'])
const sends: Readonly<Record<Kind, number>> = {
  ...{ pass: 1, later: 1, soon: 1, twice: 2, fails: 0, rejects: 0, sendsAndFails: 1 },
}

/** What must come of one message, worked out by following it. */
function foretell({ nodes, wires }: Sketch) {
  const arrived = nodes.map(() => 0)
  let [hasFailed, isLate] = [false, false]
  /** Answers whether what went this way failed. */
  const leave = (from: number, port: 'out' | 'error'): boolean =>
    wires
      .filter((wire) => wire.from === from && wire.port === port)
      .map(({ to }) => arrive(to))
      .some((failed) => failed)
  const arrive = (index: number): boolean => {
    const kind = nodes[index] ?? 'pass'
    arrived[index] = (arrived[index] ?? 0) + 1
    isLate ||= isAsync.has(kind)
    let failed = false
    for (let count = 0; count < sends[kind]; count++) if (leave(index, 'out')) failed = true
    // What failed behind it is not its own failure, and does not go to its error port.
    if (failed || !fails.has(kind)) return failed
    return wires.some(({ from, port }) => from === index && port === 'error') ? leave(index, 'error') : true
  }
  hasFailed = leave(-1, 'out')
  return { arrived, hasFailed, isLate }
}

/** Node types that count what they have in their hands. */
function nodeTypes(arrived: number[], hands: { open: number }) {
  const behaviours: Record<Kind, (message: Message, emit: Handler, after: After) => Settlement> = {
    pass: (message, emit) => emit(message),
    later: (message, emit, after) => after(50, () => emit(message)).done,
    soon: async (message, emit) => {
      await undefined
      await emit(message)
    },
    twice: (message, emit) => both([() => emit(message), () => emit(message)]),
    fails: () => {
      throw new Error('fails')
    },
    rejects: async () => {
      await undefined
      throw new Error('rejects')
    },
    sendsAndFails: (message, emit) => {
      const settlement = emit(message)
      const fail = () => Promise.reject(new Error('sends and fails'))
      if (settlement) return settlement.then(fail)
      throw new Error('sends and fails')
    },
  }
  const count = (index: number, handle: () => Settlement): Settlement => {
    arrived[index] = (arrived[index] ?? 0) + 1
    hands.open += 1
    const close = () => {
      hands.open -= 1
    }
    try {
      const settlement = handle()
      if (settlement) return settlement.finally(close)
      close()
    } catch (error) {
      close()
      throw error
    }
  }
  return ({ nodes }: Sketch) =>
    nodes.map((kind, index) =>
      nodeType(`n${index}`, (message, emit, after) =>
        count(index, () => behaviours[kind](message, emit, after)),
      ),
    )
}

type After = Parameters<Parameters<typeof nodeType>[1]>[2]

/** Calls both, also when the first throws. */
function both(calls: readonly (() => Settlement)[]): Settlement {
  const waiting: Promise<void>[] = []
  let failure: { readonly error: unknown } | undefined
  for (const call of calls) {
    try {
      const settlement = call()
      if (settlement) waiting.push(settlement)
    } catch (error) {
      failure ??= { error }
    }
  }
  if (waiting.length > 0)
    return Promise.allSettled(waiting).then((results) => {
      for (const result of results) if (result.status === 'rejected') throw result.reason
      if (failure) throw failure.error
    })
  if (failure) throw failure.error
}

test('each message settles once, with its last branch, as it went, and at once where all is synchronous', async () => {
  await fc.assert(
    fc.asyncProperty(sketches, async (sketch) => {
      const expected = foretell(sketch)
      const arrived = sketch.nodes.map(() => 0)
      const hands = { open: 0 }
      const feed = source()
      const { engine, clock } = smallHouse([feed.runtime, ...nodeTypes(arrived, hands)(sketch)])
      const nodes = sketch.nodes.map((_, index) => flowNode(`n${index}`, `n${index}`))
      const wires = sketch.wires.map(
        ({ from, to, port }) => `${from < 0 ? 'source' : `n${from}`}.${port} n${to}.in`,
      )
      await engine.deploy(drawing([flowNode('source', 'source'), ...nodes], ...wires))

      const outcomes: {
        readonly hasFailed: boolean
        readonly open: number
        readonly at: 'once' | 'later'
      }[] = []
      const settled = (hasFailed: boolean, at: 'once' | 'later') =>
        void outcomes.push({ hasFailed, open: hands.open, at })
      try {
        const settlement = feed.send({ id: 'm', payload: 1 })
        if (settlement)
          settlement.then(
            () => settled(false, 'later'),
            () => settled(true, 'later'),
          )
        else settled(false, 'once')
      } catch {
        settled(true, 'once')
      }
      await clock.advance(1_000)
      const at = expected.isLate ? 'later' : 'once'
      expect(outcomes).toEqual([{ hasFailed: expected.hasFailed, open: 0, at }])
      expect(arrived).toEqual(expected.arrived)
      await engine[Symbol.asyncDispose]()
    }),
    { numRuns: 300 },
  )
})
