import { implementNode, type Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { FunctionResult } from '#kit/runtime/services.ts'
import { functionNode } from './definition.ts'

const MAX_STATE_KEYS = 1_000

/**
 * Calls run one after another, in the order of the messages, and so does what they emit. The state of a
 * call that failed is not kept.
 */
export const functionRuntime = implementNode(
  functionNode,
  async ({ flow, node, config, services, state, emit, log, status, own }) => {
    const { language, code, outputs, timeoutMs } = config
    const body = own(await services.code.compile({ flow, node, language, code, outputs, timeoutMs }))
    const portName = (index: number) => (outputs === 1 ? 'out' : `out${index + 1}`)

    const apply = (result: FunctionResult): Settlement => {
      refuseTooMuch(state.entries(), result.state)
      for (const [key, value] of Object.entries(result.state)) state.set(key, value)
      for (const { level, text } of result.logs) log(level, text)
      if (result.status) status(result.status.state, result.status.text)
      return emitAll(result.emitted, (port, message) => emit(portName(port), message))
    }
    return {
      in: async (message) => await apply(await body.call(message, state.entries())),
    }
  },
)

/** State is for a few values that must last; each call gets a copy of it. */
function refuseTooMuch(present: Readonly<Record<string, unknown>>, changes: FunctionResult['state']): void {
  const added = Object.keys(changes).filter((key) => !Object.hasOwn(present, key))
  if (added.length === 0 || Object.keys(present).length + added.length <= MAX_STATE_KEYS) return
  throw new NodeError(
    'FUNCTION_STATE_FULL',
    `The function keeps more than ${MAX_STATE_KEYS} keys in its state. Remove some with state.set(key, undefined), or write series instead.`,
    { field: 'code', values: { keys: MAX_STATE_KEYS } },
  )
}

/** Sends all before it waits for any, so that messages leave in order; fails if one of them failed. */
async function emitAll(
  emitted: FunctionResult['emitted'],
  send: (port: number, message: FunctionResult['emitted'][number]['message']) => Settlement,
): Promise<void> {
  const results = await Promise.allSettled(
    emitted.map(async ({ port, message }) => await send(port, message)),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
