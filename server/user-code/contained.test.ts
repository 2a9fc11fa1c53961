import { beforeAll, describe, expect, it } from 'vitest'
import { type FunctionRigOptions, functionRig, strayRejections } from '#rig/function-rig.ts'
import { settlePromises } from '#rig/virtual-clock.ts'
import { createCodeService } from './code-service.ts'
import { hardenIntrinsics } from './harden-thread.ts'
import { hostileBodies } from './hostile-bodies.ts'

const service = createCodeService({ libraries: ['node:url'] })
const rig = (code: string, options?: FunctionRigOptions) => functionRig(service, code, options)
const evaluate = async (expression: string, payload: unknown = {}): Promise<unknown> => {
  const one = await rig(`return { payload: ${expression} }`)
  await one.call(payload)
  return one.payloads[0]
}

/** What one function could change for others: names of what is there, and what it is. */
const groundOf = (realm: typeof globalThis) =>
  [
    realm,
    realm.Object,
    realm.Object.prototype,
    realm.Array.prototype,
    realm.Promise.prototype,
    realm.JSON,
  ].map((object) => Object.getOwnPropertyNames(object).join())

it('leaves a thread that is not hardened as it was', async () => {
  await evaluate('1')
  expect(Object.isFrozen(Object.prototype)).toBe(false)
  expect(Object.isFrozen(Error.prototype)).toBe(false)
})

describe('in a hardened thread', () => {
  beforeAll(hardenIntrinsics)

  describe('what a function makes is what nodes expect', () => {
    it.each([
      ['bytes', 'new Uint8Array(2)', Uint8Array],
      ['encoded text', "new TextEncoder().encode('a')", Uint8Array],
      ['a date', 'new Date(0)', Date],
      ['a map', 'new Map([[1, 2]])', Map],
      ['a set', 'structuredClone(new Set([1]))', Set],
      ['an error', "new RangeError('x')", Error],
      ['an error of the language', '(() => { try { null.x } catch (e) { return e } })()', Error],
      ['an address', "new URL('http://a/b')", URL],
    ])('%s', async (_, expression, type) => {
      expect(await evaluate(expression)).toBeInstanceOf(type)
    })
  })

  describe('what a function is given, and what the language throws, is what it expects', () => {
    it.each([
      ['bytes', 'message.payload instanceof Uint8Array', new Uint8Array(1)],
      ['a buffer', 'message.payload instanceof Uint8Array', Buffer.from('a')],
      ['a date', 'message.payload instanceof Date', new Date()],
      ['a list', 'message.payload instanceof Array && message.payload instanceof Object', [1]],
      ['an object', 'message.payload instanceof Object && !(message.payload instanceof Array)', {}],
      [
        'an error',
        '(() => { try { message.x.y } catch (e) { return e instanceof TypeError && e.name === "TypeError" && e.constructor === TypeError } })()',
        1,
      ],
      [
        'an error of a tool',
        "(() => { try { new URL('::') } catch (e) { return e instanceof Error } })()",
        1,
      ],
      [
        'a class of its own',
        'new (class A extends Array {})() instanceof Array && !([] instanceof class B extends Array {})',
        1,
      ],
    ])('%s', async (_, expression, payload) => {
      expect(await evaluate(expression, payload)).toBe(true)
    })
  })

  it('lets ordinary code assign what objects inherit', async () => {
    const ordinary = await rig(`
      const error = new Error(); error.message = 'm'; error.name = 'n'
      class Own extends Error { name = 'Own'; constructor(text) { super(text); this.message = text + '!' } toString() { return 'own' } }
      function Old() {}; Old.prototype = { a: 1 }; Old.prototype.constructor = Old; Old.prototype.toString = () => 'old'
      const object = { }; object.toString = () => 'text'; object.valueOf = () => 5; object.hasOwnProperty = 1; object.constructor = 2
      const list = [1]; list.toString = () => 'list'
      const call = () => 1; call.toString = () => 'call'
      const at = new Date(0); at.toJSON = () => 'at'
      return { payload: [error.message + error.name, new Own('x').message, String(new Own('x')), String(new Old()), String(object), object + 1, String(list), String(call), JSON.stringify(at), Object.keys(object).length] }`)
    await ordinary.call(1)
    expect(ordinary.payloads[0]).toEqual(['mn', 'x!', 'own', 'old', 'text', 6, 'list', 'call', '"at"', 4])
  })

  describe('no function changes the ground of another', () => {
    it.each([
      "Array.prototype.push = () => 'changed'",
      'Object.prototype.polluted = 1',
      'message.payload.__proto__.polluted = 1',
      "message.payload.constructor.prototype.toString = () => 'changed'",
      'Object.setPrototypeOf(Array.prototype, { polluted: 1 })',
      "Object.defineProperty(Object.prototype, 'polluted', { value: 1 })",
      'Promise.prototype.then = null',
      'Uint8Array.prototype.slice = null',
      'Date.now = () => 0',
      'JSON.parse = null',
      'Math.random = () => 0',
      'URL.prototype.polluted = 1',
      'Object.getPrototypeOf(async () => {}).polluted = 1',
      'Object.getPrototypeOf([].values()).next = null',
      'Object.getPrototypeOf(emit).call = null',
      'state.constructor.prototype.get = null',
      'Object.getPrototypeOf(state).get = null',
      'Object.getPrototypeOf(crypto.subtle).digest = null',
      "library('node:url').constructor.prototype.polluted = 1",
      'Error.prepareStackTrace = (_, frames) => frames',
      'Error.stackTraceLimit = 0',
      'globalThis.kept = 1',
      'kept = 1',
      'delete globalThis.JSON',
      'env.house = 2',
      'console.prototype.polluted = 1',
    ])('%s', async (code) => {
      const hostile = await rig(code, { env: { house: 1 } })
      const before = [Object.getOwnPropertyNames(Object.prototype), String({}), JSON.stringify([1])]
      expect(() => hostile.call({})).toThrow(expect.objectContaining({ code: 'FUNCTION_THROW' }))
      expect([Object.getOwnPropertyNames(Object.prototype), String({}), JSON.stringify([1])]).toEqual(before)
      expect(await evaluate("[({}).polluted, typeof kept, [1, 2].slice(1), JSON.parse('1')]")).toEqual([
        undefined,
        'undefined',
        [2],
        1,
      ])
    })

    it('says that there are no modules', async () => {
      const importing = await rig("await import('node:fs')")
      await expect(async () => await importing.call(1)).rejects.toThrow(
        /^Line 1: A function cannot import modules/,
      )
    })

    it('says what to do in place of a global', async () => {
      const global = await rig('globalThis.kept = 1')
      expect(() => global.call(1)).toThrow(
        /Globals cannot be set: "kept"\. Keep values in a variable of the set-up/,
      )
    })
  })

  describe('no way leads out', () => {
    const ways = [
      "message.constructor.constructor('return process')()",
      "message.payload.constructor.constructor('return process')()",
      "(() => {}).constructor('return process')()",
      "(async () => {}).constructor('return process')()",
      "(function* () {}).constructor('return process')()",
      "emit.constructor('return process')()",
      "emit.bind().constructor('return process')()",
      "structuredClone.constructor('return process')()",
      "log.info.constructor.constructor('return process')()",
      "state.get.constructor('return process')()",
      "clock.every(1, () => {}).cancel.constructor('return process')()",
      "URL.constructor.constructor('return process')()",
      "Uint8Array.from.constructor('return process')()",
      "new Date().getTime.constructor('return process')()",
      "Object.getOwnPropertyDescriptor(Object.prototype, 'toString').get.constructor('return process')()",
      "Reflect.getPrototypeOf(emit).constructor('return process')()",
      "(() => { try { new URL('::') } catch (e) { return e.constructor.constructor('return process')() } })()",
      "(() => { try { atob('ä') } catch (e) { return e.constructor.constructor('return process')() } })()",
      "(() => { try { emit(9, message) } catch (e) { return e.constructor.constructor('return process')() } })()",
      "(() => { const f = () => f(); try { f() } catch (e) { return e.constructor.constructor('return process')() } })()",
      "(await import('node:fs').catch((e) => e)).constructor.constructor('return process')()",
      "import('node:fs').constructor.constructor('return process')()",
      "(await crypto.subtle.digest('SHA-1', new Uint8Array(1))).constructor.constructor('return process')()",
      "crypto.subtle.digest('SHA-1', new Uint8Array(1)).constructor.constructor('return process')()",
      "eval('process')",
      "Function('return process')()",
      "new Function('return process')()",
      "require('fs')",
      'process.exit(1)',
      'globalThis.process.exit(1)',
      'setTimeout(() => {}, 1)',
      'new WebAssembly.Module(new Uint8Array(8))',
      'new SharedArrayBuffer(8)',
      'emit.caller.arguments',
      "library('fs')",
      'this.constructor',
    ]
    it.each(ways)('%s', async (way) => {
      const hostile = await rig(
        `const found = ${way}; return { payload: typeof found === 'object' && found !== null && 'pid' in found }`,
      )
      using _ = strayRejections(service.stray)
      let code = 'went through'
      try {
        await hostile.call({})
      } catch (error) {
        code = String((error as { code?: string }).code)
      }
      await settlePromises()
      expect(['FUNCTION_THROW', 'LIBRARY_NOT_ALLOWED']).toContain(code)
      expect(hostile.payloads).toEqual([])
    })
  })

  describe('what is thrown is told in words', () => {
    it.each([
      'throw null',
      'throw undefined',
      'throw Symbol("s")',
      'throw { get message() { throw 1 }, toString() { throw 2 } }',
      'throw Object.defineProperty(new Error(), "message", { get() { throw 1 } })',
      'throw Object.defineProperty(new Error("x"), "stack", { get() { throw 1 } })',
      'throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })',
      'const f = () => f(); f()',
      'await Promise.reject(null)',
      'return { get payload() { throw new Error("no") } }',
      'return new Proxy({ payload: 1 }, { ownKeys() { throw new Error("no") } })',
      'return { get then() { throw new Error("no") } }',
      'return { payload: { get then() { throw new Error("no") } } }',
      'emit(1, { payload: new Array(1_000_000_000) })',
      'emit(1, { payload: "x".repeat(2 ** 28).split("") })',
      'for (;;) emit(1, message)',
      'for (;;) clock.after(1, () => {})',
      'emit({ toString() { throw new Error("no") } }, message)',
      'log.info({ toJSON() { throw new Error("no") } })',
      'state.set("a", () => 1)',
      'status({ toString() { throw 1 } })',
    ])('%s', async (code) => {
      const hostile = await rig(code)
      let failure: unknown
      try {
        await hostile.call({})
      } catch (error) {
        failure = error
      }
      expect(failure).toMatchObject({ code: expect.stringMatching(/^FUNCTION_(THROW|RESULT)$/) })
      expect(String(failure).length).toBeLessThan(3_000)
      await hostile.fn[Symbol.asyncDispose]()
    })
  })

  describe('of what wants no good, only what never ends needs a watchdog', () => {
    const bodies = hostileBodies.filter(({ kind }) => !['loop', 'memory', 'timing'].includes(kind))
    it.each(bodies.map((body) => [body.kind, body.name, body] as const))('%s: %s', async (...[, , body]) => {
      const { code, setup = '', payload = 1, outcomes } = body
      using _ = strayRejections(service.stray)
      const before = groundOf(globalThis)
      let outcome = 'settles'
      const sent: unknown[] = []
      try {
        const hostile = await rig(code, { setup, downstream: (message) => void sent.push(message.payload) })
        await hostile.call(payload)
        await hostile.clock.advance(10)
        await hostile.fn[Symbol.asyncDispose]()
      } catch (error) {
        outcome = String((error as { code?: string }).code)
      }
      await settlePromises()
      expect([...outcomes, 'LIBRARY_NOT_ALLOWED']).toContain(outcome)
      expect(sent).not.toContain('reached')
      expect(groundOf(globalThis)).toEqual(before)
      expect(await evaluate('[({}).polluted, typeof polluted, [1].map((n) => n + 1)]')).toEqual([
        undefined,
        'undefined',
        [2],
      ])
    })
  })

  it('reports a promise left alone whose reason cannot be shown', async () => {
    using _ = strayRejections(service.stray)
    const careless = await rig('Promise.reject({ toString() { throw 1 } }); return message')
    await careless.call(1)
    await settlePromises()
    expect(careless.reports).toMatchObject([{ code: 'FUNCTION_THROW' }])
  })
})
