import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { functionRig } from '#rig/function-rig.ts'
import { settlePromises, VirtualClock } from '#rig/virtual-clock.ts'
import { hostileBodies } from '../hostile-bodies.ts'
import { createSandboxedCodeService } from './sandboxed-code-service.ts'

// What is measured here is that each ends, not how soon: the sandbox has a deadline of its own.
const service = createSandboxedCodeService({ stuckMs: 100 })

const prototypes = [Object, Array, Function, Error, Promise, Map, String, Uint8Array].map(
  (type) => type.prototype,
)
const own = () => [globalThis, ...prototypes].map((object) => Reflect.ownKeys(object).map(String))
const resident = () => process.memoryUsage().rss / 1024 / 1024

let before: ReturnType<typeof own>
let beforeMb: number
beforeAll(async () => {
  // the engine's own code is loaded once
  await using loaded = (await functionRig(service, 'return message')).fn
  expect(loaded).toBeDefined()
  before = own()
  beforeMb = resident()
})

/** Calls a function and moves time on until it has settled. */
async function outcomeOf(body: (typeof hostileBodies)[number]) {
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
    for (let turn = 0; turn < 400 && outcome === 'waits'; turn++) {
      await settlePromises()
      await clock.advance(50)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return { hostile, outcome }
  } catch (error) {
    return { outcome: (error as { code?: string }).code ?? String(error) }
  }
}

describe('a hostile function gets nowhere', () => {
  it.each(hostileBodies)('$kind: $name', { timeout: 30_000 }, async (body) => {
    const neighbour = await functionRig(service, 'return { payload: message.payload * 2 }', {
      flow: body.name,
    })
    const stranger = await functionRig(service, 'return { payload: message.payload * 3 }', { flow: 'good' })
    const { hostile, outcome } = await outcomeOf(body)
    expect(body.outcomes).toContain(outcome)
    expect(JSON.stringify(hostile?.payloads ?? []).slice(0, 100)).not.toContain('reached')
    await neighbour.call(2)
    await stranger.call(2)
    expect([neighbour.payloads, stranger.payloads]).toEqual([[4], [6]])
    expect(own()).toEqual(before)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    await Promise.all([hostile, neighbour, stranger].map((rig) => rig?.fn[Symbol.asyncDispose]()))
  })
})

afterAll(async () => {
  // what was thrown away goes when it suits V8; what is kept is what counts
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  for (let time = 0; time < 4; time++) {
    collect()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  expect(resident() - beforeMb).toBeLessThan(150)
})
