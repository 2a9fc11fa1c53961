import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ApiName, functionApi, isCallable } from '#kit/function-api.ts'
import { type FunctionRigOptions, functionRig, strayRejections } from '#rig/function-rig.ts'
import { settlePromises } from '#rig/virtual-clock.ts'
import { createCodeService } from './code-service.ts'

const service = createCodeService()
const rig = (code: string, options?: FunctionRigOptions) => functionRig(service, code, options)

describe('a function that waits for nothing', () => {
  it('is a plain call, and what it returns has left when that comes back', async () => {
    const double = await rig('return { ...message, payload: message.payload * 2 }')
    expect(double.call(4, { topic: 't' })).toBeUndefined()
    expect(double.sent).toEqual([{ port: 0, message: { id: 'm', topic: 't', payload: 8 } }])
  })

  it('answers what downstream answers', async () => {
    const both = await rig('emit(1, message); return message', {
      downstream: async ({ payload }) => {
        if (payload === 'bad') throw new Error('downstream')
      },
    })
    await expect(both.call('good')).resolves.toBeUndefined()
    await expect(both.call('bad')).rejects.toThrow('downstream')
  })

  it('does not take a failure downstream for its own', async () => {
    const one = await rig("state.set('n', 1); return message", {
      downstream: () => {
        throw new Error('downstream')
      },
    })
    expect(() => one.call(1)).toThrow('downstream')
    expect(one.state).toEqual({ n: 1 })
  })

  it('hands over what it returns without copying', async () => {
    const same = await rig('return { payload: message.payload }')
    const bytes = new Uint8Array(10)
    await same.call(bytes)
    expect(same.payloads[0]).toBe(bytes)
  })

  it('keeps what it set only if it succeeds', async () => {
    const picky = await rig(
      "state.set('list', [...(state.get('list') ?? []), message.payload]); state.get('list').push(0); if (message.payload > 1) throw new Error('no')",
    )
    await picky.call(1)
    expect(() => picky.call(2)).toThrow('no')
    expect(picky.state).toEqual({ list: [1] })
  })

  it('refuses a state of more than 4 MB', async () => {
    const hoard = await rig("state.set('k' + message.payload, 'x'.repeat(1_500_000))")
    await hoard.call(1)
    await hoard.call(2)
    expect(() => hoard.call(3)).toThrow(/The state holds more than 4 MB/)
    expect(Object.keys(hoard.state)).toEqual(['k1', 'k2'])
  })

  it('has what it leaves to be done later done at the end of the turn', async () => {
    const later = await rig(
      "globalThis['Prom' + 'ise'].resolve(1)['th' + 'en'](() => log.info('later')); return message",
    )
    await later.call(1)
    expect(later.logs).toEqual([])
    service.drain()
    expect(later.logs).toEqual(['info later'])
  })
})

describe('a function that awaits', () => {
  it('has done all it can when the call comes back', async () => {
    const quick = await rig('await null; await null; return message')
    expect(quick.call(1)).toBeUndefined()
    expect(quick.payloads).toEqual([1])
  })

  it('handles messages one after another, in their order', async () => {
    const order = fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 8 }), async (waits) => {
      const slow = await rig(
        "log.info('in'); if (message.payload) await clock.sleep(message.payload * 100); else await null; log.info('out'); return { payload: message.nth }",
      )
      const calls = waits.map((wait, nth) => slow.call(wait, { nth }))
      await slow.clock.advance(10_000)
      await Promise.all(calls)
      expect(slow.payloads).toEqual(waits.map((_, nth) => nth))
      expect(slow.logs).toEqual(waits.flatMap(() => ['info in', 'info out']))
      expect(slow.clock.planned).toBe(0)
    })
    await fc.assert(order, { numRuns: 30 })
  })

  it('may call another that awaits', async () => {
    const second = await rig('await null; return { payload: message.payload + 1 }')
    const first = await rig('await null; emit(1, message); await null; return message', {
      downstream: (message) => second.fn.call(message),
    })
    await first.call(1)
    expect(second.payloads).toEqual([2, 2])
  })

  it('fails when nobody can resolve what it awaits, and goes on', async () => {
    const stuck = await rig('if (message.payload) await new Promise(() => {}); return message')
    expect(() => stuck.call(1)).toThrow(expect.objectContaining({ code: 'FUNCTION_AWAITS' }))
    await stuck.call(0)
    expect(stuck.payloads).toEqual([0])
    expect(stuck.clock.planned).toBe(0)
  })

  it('fails after its time, and nothing that it does later counts', async () => {
    const late = await rig(
      "await clock.sleep(message.payload); state.set('late', true); emit(1, { payload: 'late' })",
      { timeoutMs: 1_000 },
    )
    const call = late.call(2_000)
    const next = late.call(10)
    const failed = expect(call).rejects.toMatchObject({ code: 'FUNCTION_TIMEOUT', values: { limit: 1_000 } })
    await late.clock.advance(1_500)
    await failed
    await next
    await late.clock.advance(1_000)
    expect(late.payloads).toEqual(['late'])
  })

  it('fails what it had not handled when it is stopped', async () => {
    const slow = await rig('await clock.sleep(1_000); return message')
    const calls = [slow.call(1), slow.call(2)].map((call) =>
      expect(call).rejects.toMatchObject({ code: 'FUNCTION_STOPPED' }),
    )
    await slow.fn[Symbol.asyncDispose]()
    await Promise.all(calls)
    expect(() => slow.call(3)).toThrow(/was stopped/)
    expect(slow.clock.planned).toBe(0)
  })

  it('may not send after its end', async () => {
    const floating = await rig(
      "clock.sleep(100).then(() => emit(1, { payload: 'late' })).catch((e) => { state.get('x'); log.warn(e.message) })",
    )
    await floating.call(1)
    await floating.clock.advance(100)
    expect(floating.payloads).toEqual([])
    expect(floating.logs).toEqual([expect.stringContaining('called after the function had ended')])
  })

  it('is told of a promise that was left alone', async () => {
    using _ = strayRejections(service.stray)
    const other = await rig('await null')
    const careless = await rig("\nPromise.reject(new Error('left alone')); return message")
    await careless.call(1)
    await other.call(1)
    await settlePromises()
    expect(careless.reports).toMatchObject([{ message: 'Line 2: left alone' }])
    expect(other.reports).toEqual([])
    expect(careless.payloads).toEqual([1])
  })
})

describe('the API', () => {
  const typeIn = (api: ApiName) => (isCallable(api) ? 'function' : 'object')

  it('has what its types say', async () => {
    const names = functionApi.filter(({ name }) => name !== 'message')
    const all = names.flatMap((api) => [
      [api.name, typeIn(api)],
      ...(api.members ?? []).map((member) => [`${api.name}.${member.name}`, typeIn(member)]),
    ])
    const asked = await rig(`return { payload: [${all.map(([name]) => `['${name}', typeof ${name}]`)}] }`)
    await asked.call(1)
    expect(asked.payloads[0]).toEqual(all)
  })

  it('ends timers that are cancelled', async () => {
    const two = await rig('timer.cancel()', {
      setup:
        "const timer = clock.every(100, () => log.info('tick')); clock.after(1_000, () => log.info('after'))",
    })
    await two.clock.advance(250)
    await two.call(1)
    await two.clock.advance(1_000)
    expect(two.logs).toEqual(['info tick', 'info tick', 'info after'])
    expect(two.clock.planned).toBe(0)
  })
})

describe('a tear-down', () => {
  it('may await for a second', async () => {
    const slow = await rig('', { teardown: "log.info('begins'); await clock.sleep(5_000); log.info('ends')" })
    const stop = slow.fn[Symbol.asyncDispose]()
    await slow.clock.advance(1_000)
    await stop
    expect(slow.logs).toEqual(['info begins'])
  })

  it('reports what it throws', async () => {
    const broken = await rig('', { teardown: '\nmissing()' })
    await broken.fn[Symbol.asyncDispose]()
    expect(broken.reports).toMatchObject([{ code: 'FUNCTION_TEARDOWN', values: { line: 2 } }])
  })
})

describe('a library', () => {
  const allowing = createCodeService({
    libraries: ['node:zlib', 'node:timers/promises', 'absent'],
    libraryFolder: process.cwd(),
  })

  it('is there for those that an owner has allowed', async () => {
    const zip = await functionRig(
      allowing,
      "const { gzipSync } = library('node:zlib'); return { payload: gzipSync('a') }",
    )
    await zip.call(1)
    expect(zip.payloads[0]).toBeInstanceOf(Uint8Array)
  })

  it('may answer with promises of its own', async () => {
    const hash = await functionRig(
      allowing,
      "const { setImmediate } = library('node:timers/promises'); return { payload: await setImmediate(5) }",
    )
    const call = hash.call(1)
    for (let turn = 0; turn < 5; turn++) await hash.clock.advance(2)
    await call
    expect([hash.payloads, hash.clock.planned]).toEqual([[5], 0])
  })

  it.each([
    ['fs', 'LIBRARY_NOT_ALLOWED'],
    ['absent', 'LIBRARY_MISSING'],
  ])('is refused in words: %s', async (name, code) => {
    const curious = await functionRig(allowing, `library('${name}')`)
    expect(() => curious.call(1)).toThrow(expect.objectContaining({ code, values: { name } }))
  })
})
