import { ConditionError, compileCondition } from '#kit/condition.ts'
import { compileProperty } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { switchNode } from './definition.ts'

export const switchRuntime = implementNode(switchNode, ({ config, emit }) => {
  const { property, match } = config
  const read = compileProperty(property)
  const rules = config.rules.map((rule, index) => ({
    port: `out${index + 1}`,
    holds: compileRule({ property, ...rule }, index),
  }))
  return {
    in(message) {
      const value = read(message)
      if (match === 'first') return emit(firstPort(rules, value), message)
      const ports = rules.filter(({ holds }) => holds(value)).map(({ port }) => port)
      if (ports.length <= 1) return emit(ports[0] ?? 'else', message)
      return emitToEach(ports, (port) => emit(port, message))
    },
  }
})

interface Rule {
  readonly port: string
  holds(value: unknown): boolean
}

function firstPort(rules: readonly Rule[], value: unknown): string {
  for (const rule of rules) if (rule.holds(value)) return rule.port
  return 'else'
}

function compileRule(
  rule: Parameters<typeof compileCondition>[0],
  index: number,
): (value: unknown) => boolean {
  try {
    return compileCondition(rule).holds
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    throw NodeError.of(error, { cause: error, field: `rules.${index}.value` })
  }
}

/** Sends to all, also when one of them fails; then fails as the first that did. */
async function emitToEach(
  ports: readonly string[],
  send: (port: string) => void | Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(ports.map(async (port) => await send(port)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
