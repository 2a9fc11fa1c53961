import { type CompiledCondition, ConditionError, compileCondition, type Earlier } from '#kit/condition.ts'
import type { Message } from '#kit/message.ts'
import { implementNode, type NodeState, type Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { filter } from './definition.ts'

/** Topics whose earlier values are remembered; beyond, the one that was silent longest is forgotten. */
const MAX_TOPICS = 5_000

export const filterRuntime = implementNode(filter, ({ config, state, emit }) => {
  const conditions = config.conditions.map(compile)
  const remembers = config.conditions.some(({ operator }) => operator.startsWith('changed'))
  const memory = remembers ? new Memory(state) : undefined
  const { perTopic } = config

  const reject = (message: Message): Settlement => {
    if (config.rejected) return emit('rejected', message)
  }
  if (!memory) {
    const passes = testOf(conditions, config.match)
    return { in: (message) => (passes(message) ? emit('out', message) : reject(message)) }
  }

  const holds = config.match === 'all' ? everyHolds : someHolds
  return {
    in(message) {
      const remembered = memory.recall(perTopic ? (message.topic ?? '') : '')
      const before = remembered.earlier
      const values = conditions.map(({ read }) => read(message))
      const passes = holds(conditions, values, before)
      const after = values.map((value, index) => {
        const seen = toStored(value)
        return { seen, passed: passes ? seen : before[index]?.passed }
      })
      memory.keep(remembered, after)
      if (!passes) return reject(message)
      try {
        const settlement = emit('out', message)
        if (settlement) return undoOnFailure(settlement, memory, remembered, { before, after })
      } catch (error) {
        memory.undo(remembered, { before, after })
        throw error
      }
    },
  }
})

function compile(condition: Parameters<typeof compileCondition>[0], index: number): CompiledCondition {
  try {
    return compileCondition(condition)
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    throw NodeError.of(error, { cause: error, field: `conditions.${index}.value` })
  }
}

type Test = (message: Message) => boolean

/** Of conditions that ask for nothing earlier. Most filters have one. */
function testOf(conditions: readonly CompiledCondition[], match: 'all' | 'any'): Test {
  const tests = conditions.map(
    ({ read, holds }): Test =>
      (message) =>
        holds(read(message)),
  )
  const [only] = tests
  if (only && tests.length === 1) return only
  return (message) =>
    match === 'all' ? tests.every((holds) => holds(message)) : tests.some((holds) => holds(message))
}

type Holds = (
  conditions: readonly CompiledCondition[],
  values: readonly unknown[],
  earlier: readonly Earlier[],
) => boolean

const everyHolds: Holds = (conditions, values, earlier) =>
  conditions.every(({ holds }, index) => holds(values[index], earlier[index]))
const someHolds: Holds = (conditions, values, earlier) =>
  conditions.some(({ holds }, index) => holds(values[index], earlier[index]))

/** State holds JSON, and a value that is missing is one as well. */
const toStored = (value: unknown): unknown => (value === undefined ? null : value)

interface Step {
  readonly before: readonly Earlier[]
  readonly after: readonly Earlier[]
}

/** A message that fails behind the filter comes again, and must then not count as "not changed". */
async function undoOnFailure(
  settlement: Promise<void>,
  memory: Memory,
  remembered: Remembered,
  step: Step,
): Promise<void> {
  try {
    await settlement
  } catch (error) {
    memory.undo(remembered, step)
    throw error
  }
}

/** Earlier values of each condition for one topic. */
interface Remembered {
  readonly topic: string
  readonly key: string
  earlier: readonly Earlier[]
  /** Counts up: the smallest is that of the topic that was silent longest. */
  lastUse: number
}

/** Earlier values of each condition, by topic, in the node's state. */
class Memory {
  readonly #state: NodeState
  readonly #topics = new Map<string, Remembered>()
  #uses = 0
  /** Of the message before: many nodes know one topic only. */
  #latest: Remembered | undefined

  constructor(state: NodeState) {
    this.#state = state
    for (const [key, earlier] of Object.entries(state.entries()))
      if (key.startsWith(PREFIX) && Array.isArray(earlier)) this.#remember(key.slice(PREFIX.length), earlier)
  }

  recall(topic: string): Remembered {
    if (this.#latest?.topic !== topic) this.#latest = this.#topics.get(topic) ?? this.#remember(topic, [])
    return this.#latest
  }

  keep(remembered: Remembered, earlier: readonly Earlier[]): void {
    remembered.earlier = earlier
    remembered.lastUse = ++this.#uses
    this.#state.set(remembered.key, earlier.length > 0 ? earlier : undefined)
  }

  undo(remembered: Remembered, { before, after }: Step): void {
    if (remembered.earlier === after) this.keep(remembered, before)
  }

  #remember(topic: string, earlier: readonly Earlier[]): Remembered {
    const remembered = { topic, key: PREFIX + topic, earlier, lastUse: ++this.#uses }
    this.#topics.set(topic, remembered)
    if (this.#topics.size > MAX_TOPICS) this.#forgetOldest()
    return remembered
  }

  #forgetOldest(): void {
    let oldest: Remembered | undefined
    for (const remembered of this.#topics.values())
      if (oldest === undefined || remembered.lastUse < oldest.lastUse) oldest = remembered
    if (oldest === undefined) return
    this.#topics.delete(oldest.topic)
    this.#state.set(oldest.key, undefined)
  }
}

const PREFIX = 'topic:'
