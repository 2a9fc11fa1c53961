import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { CodeService, FunctionResult, FunctionSource, UserFunction } from '#kit/runtime/services.ts'
import { applyChanges } from './apply-changes.ts'
import { FunctionBody } from './function-body.ts'

/**
 * Runs functions in the thread of the caller, without a watchdog: for tests in virtual time, and for
 * threads that are watched from outside. An endless loop in a function blocks the caller.
 */
export function createInThreadCodeService({ clock }: { readonly clock: Clock }): CodeService {
  return { compile: async (source) => runInThread(source, clock) }
}

function runInThread(source: FunctionSource, clock: Clock): UserFunction {
  const body = new FunctionBody(source)
  let known: Readonly<Record<string, unknown>> = {}
  let underWay = 0
  return {
    async call(message, state) {
      const isNews = underWay++ === 0 && state !== known
      if (isNews) known = state
      const outcome = await new Promise<Parameters<Parameters<FunctionBody['call']>[1]>[0]>((settle) => {
        const timer = clock.after(source.timeoutMs, () => {
          body.skip()
          settle({
            ok: false,
            code: 'FUNCTION_TIMEOUT',
            text: `The function did not end within ${source.timeoutMs} ms.`,
            values: { limit: source.timeoutMs },
          })
        })
        body.call({ message, state: isNews ? state : undefined, now: clock.now() }, (ended) => {
          timer.cancel()
          settle(ended)
        })
      })
      underWay -= 1
      if (!outcome.ok) throw new NodeError(outcome.code, outcome.text, { values: outcome.values })
      const result: FunctionResult = structuredClone(outcome.result)
      known = applyChanges(known, result.state)
      return result
    },
    async [Symbol.asyncDispose]() {
      body.skip()
    },
  }
}
