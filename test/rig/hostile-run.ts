import type { CodeService } from '#kit/runtime/services.ts'
import type { HostileBody } from '#server/user-code/hostile-bodies.ts'
import { functionRig } from './function-rig.ts'
import { settlePromises, VirtualClock } from './virtual-clock.ts'

/** Longer than any deadline, in turns of 50 virtual milliseconds. */
const TURNS = 400

/** Calls a hostile function and moves time on until it has settled. */
export async function runHostile(service: CodeService, body: HostileBody) {
  const clock = new VirtualClock()
  const { code, setup = '', payload = 1 } = body
  try {
    const hostile = await functionRig(service, code, { clock, flow: body.name, setup, timeoutMs: 5_000 })
    let outcome = 'waits'
    Promise.resolve()
      .then(() => hostile.call(payload))
      .then(
        () => {
          outcome = 'settles'
        },
        (error: { code?: string }) => {
          outcome = error.code ?? String(error)
        },
      )
    for (let turn = 0; turn < TURNS && outcome === 'waits'; turn++) {
      await settlePromises()
      await clock.advance(50)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return { hostile, outcome }
  } catch (error) {
    return { outcome: (error as { code?: string }).code ?? String(error) }
  }
}
