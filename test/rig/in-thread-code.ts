import { NodeError } from '#kit/runtime/node-error.ts'
import type { CodeService, FunctionResult } from '#kit/runtime/services.ts'
import { FunctionBody } from '#server/user-code/function-body.ts'

/** User functions run by the product's own function body, without a thread and without a watchdog. */
export const inThreadCode: CodeService = {
  async compile(source) {
    const body = new FunctionBody(source)
    return {
      call: (message, state) =>
        new Promise<FunctionResult>((resolve, reject) => {
          body.call({ message, state, now: 0 }, (outcome) => {
            if (outcome.ok) resolve(outcome.result)
            else reject(new NodeError(outcome.code, outcome.text))
          })
        }),
      async [Symbol.asyncDispose]() {},
    }
  },
}
