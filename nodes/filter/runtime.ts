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
  const holds = config.match === 'all' ? everyHolds : someHolds

  const reject = (message: Message): Settlement => {
    if (config.rejected) return emit('rejected', message)
  }
  return {
    in(message) {
      if (!memory) return holds(conditions, message, []) ? emit('out', message) : reject(message)
      const topic = config.perTopic ? (message.topic ?? '') : ''
      const before = memory.recall(topic)
      const values = conditions.map(({ read }) => toStored(read(message)))
      const passes = holds(conditions, message, before)
      const after = values.map((value, index) => ({
        ...before[index],
        seen: value,
        ...(passes && { passed: value }),
      }))
      memory.keep(topic, after)
      if (!passes) return reject(message)
      return undoOnFailure(
        () => emit('out', message),
        () => memory.recall(topic) === after && memory.keep(topic, before),
      )
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

type Holds = (
  conditions: readonly CompiledCondition[],
  message: Message,
  earlier: readonly Earlier[],
) => boolean

const everyHolds: Holds = (conditions, message, earlier) =>
  conditions.every(({ read, holds }, index) => holds(read(message), earlier[index]))
const someHolds: Holds = (conditions, message, earlier) =>
  conditions.some(({ read, holds }, index) => holds(read(message), earlier[index]))

/** State holds JSON, and a value that is missing is one as well. */
const toStored = (value: unknown): unknown => (value === undefined ? null : value)

/** A message that fails behind the filter comes again, and must then not count as "not changed". */
function undoOnFailure(send: () => Settlement, undo: () => void): Settlement {
  try {
    const settlement = send()
    return settlement?.catch((error) => {
      undo()
      throw error
    })
  } catch (error) {
    undo()
    throw error
  }
}

/** Earlier values of each condition, by topic, in the node's state. */
class Memory {
  readonly #state: NodeState
  /** In the order in which they were last used. */
  readonly #topics: Set<string>

  constructor(state: NodeState) {
    this.#state = state
    this.#topics = new Set(Object.keys(state.entries()))
  }

  recall(topic: string): readonly Earlier[] {
    const stored = this.#state.get(keyOf(topic))
    return Array.isArray(stored) ? stored : []
  }

  keep(topic: string, earlier: readonly Earlier[]): void {
    const key = keyOf(topic)
    this.#topics.delete(key)
    this.#topics.add(key)
    this.#state.set(key, earlier.length > 0 ? earlier : undefined)
    if (this.#topics.size <= MAX_TOPICS) return
    const [oldest = key] = this.#topics
    this.#topics.delete(oldest)
    this.#state.set(oldest, undefined)
  }
}

const keyOf = (topic: string): string => `topic:${topic}`
