import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { functionRig } from '#rig/function-rig.ts'
import { runHostile } from '#rig/hostile-run.ts'
import { hostileBodies } from '../hostile-bodies.ts'
import { createSandboxedCodeService } from './sandboxed-code-service.ts'

// What is measured here is that each ends, not how soon: the sandbox has a deadline of its own.
const service = createSandboxedCodeService({ stuckMs: 100 })

const prototypes = [Object, Array, Function, Error, Promise, Map, String, Uint8Array].map(
  (type) => type.prototype,
)
const own = () => [globalThis, ...prototypes].map((object) => Reflect.ownKeys(object).map(String))

let before: ReturnType<typeof own>
beforeAll(async () => {
  // the engine's own code is loaded once
  await using loaded = (await functionRig(service, 'return message')).fn
  expect(loaded).toBeDefined()
  before = own()
})

describe('a hostile function gets nowhere', () => {
  it.each(hostileBodies)('$kind: $name', { timeout: 30_000 }, async (body) => {
    const neighbour = await functionRig(service, 'return { payload: message.payload * 2 }', {
      flow: body.name,
    })
    const stranger = await functionRig(service, 'return { payload: message.payload * 3 }', { flow: 'good' })
    const { hostile, outcome } = await runHostile(service, body)
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

const run = promisify(execFile)

it('the whole list never takes more than 150 MB', { timeout: 120_000 }, async () => {
  const { stdout } = await run(process.execPath, [
    fileURLToPath(new URL('../../../test/rig/hostile-list.ts', import.meta.url)),
  ])
  expect(Number(stdout)).toBeGreaterThan(0)
  expect(Number(stdout)).toBeLessThan(150)
})
