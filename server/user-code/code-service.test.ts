import { afterEach, describe, expect, it } from 'vitest'
import type { Message } from '#kit/message.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import type { FunctionSource, UserFunction } from '#kit/runtime/services.ts'
import { plannedCall, repeatedCall } from '#kit/runtime/timer.ts'
import { createCodeService } from './code-service.ts'

const realClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) =>
    plannedCall((run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    }, call),
  every: (ms, call) => repeatedCall((wait, next) => realClock.after(wait, next), ms, call),
}

const logs: string[] = []
let service = start()

function start() {
  return createCodeService({ clock: realClock, log: (_, text) => logs.push(text), stuckMs: 400, heapMb: 48 })
}

afterEach(async () => {
  await service[Symbol.asyncDispose]()
  service = start()
  logs.length = 0
})

const compile = (code: string, options: Partial<FunctionSource> = {}) =>
  service.compile({
    flow: 'house',
    node: 'fn',
    language: 'javascript',
    outputs: 1,
    timeoutMs: 5_000,
    ...options,
    code,
  })

const message = (payload: unknown, more: object = {}): Message => ({ id: 'm1', payload, ...more })

describe('a function in the thread', () => {
  it('returns a message under the id that came in', async () => {
    const double = await compile('return { ...message, payload: message.payload * 2 }')
    const { emitted } = await double.call(message(4, { topic: 't' }), {})
    expect(emitted).toEqual([{ port: 0, message: { id: 'm1', topic: 't', payload: 8 } }])
  })

  it('keeps the order and the state of calls that were made at once', async () => {
    const count = await compile(
      "state.set('n', (state.get('n') ?? 0) + 1); return { payload: state.get('n') }",
    )
    const results = await Promise.all(Array.from({ length: 50 }, () => count.call(message(0), { n: 10 })))
    expect(results.map(({ emitted }) => emitted[0]?.message.payload)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 11),
    )
    expect(results.at(-1)?.state).toEqual({ n: 60 })
  })

  it('names the line of an error', async () => {
    const broken = await compile('const a = 1\n\nreturn x')
    await expect(broken.call(message(1), {})).rejects.toMatchObject({
      code: 'FUNCTION_THROW',
      message: 'Line 3: x is not defined',
    })
  })

  it.each([
    ['javascript', 'const a = 1\nconst b == 2', 'Line 2: Missing initializer in const declaration.'],
    ['javascript', 'return message\n}', /^Line \d: /],
    ['typescript', 'const a: number = 1\nenum Colour { red }', /^Line 2: .*enum.* Write it without/],
  ] as const)('refuses %s that does not compile', async (language, code, text) => {
    await expect(compile(code, { language })).rejects.toMatchObject({
      code: 'FUNCTION_SYNTAX',
      field: 'code',
      message: typeof text === 'string' ? text : expect.stringMatching(text),
    })
  })

  it('takes the types out of TypeScript and keeps the lines', async () => {
    const typed = await compile('const half: number =\n  message.payload / 2\nreturn missing as any', {
      language: 'typescript',
    })
    await expect(typed.call(message(4), {})).rejects.toMatchObject({
      message: 'Line 3: missing is not defined',
    })
  })

  it('refuses a message that is too large, and one that cannot travel', async () => {
    const echo = await compile('return message')
    await expect(echo.call(message('x'.repeat(5_000_000)), {})).rejects.toMatchObject({
      code: 'FUNCTION_MESSAGE_SIZE',
    })
    await expect(
      echo.call(
        message(() => 1),
        {},
      ),
    ).rejects.toMatchObject({ code: 'FUNCTION_MESSAGE' })
    expect((await echo.call(message(1), {})).emitted).toHaveLength(1)
  })

  it('fails what it had not handled when it is stopped', async () => {
    const slow = await compile(
      "await crypto.subtle.digest('SHA-256', new Uint8Array(3_000_000)); return message",
    )
    const call = slow.call(message(1), {})
    await slow[Symbol.asyncDispose]()
    await expect(call).rejects.toMatchObject({ code: 'FUNCTION_STOPPED' })
  })
})

describe('the watchdog', () => {
  it.each([
    ['a loop', 'while (true);'],
    ['a loop of microtasks', 'while (true) await null'],
    ['a loop after an await', "await crypto.subtle.digest('SHA-1', new Uint8Array(1)); while (true);"],
    ['a pattern that backtracks', "return /^(a+)+$/.test('a'.repeat(40) + 'b')"],
  ])('ends %s, names it, and loses nothing of others', async (_, code) => {
    const stuck = await compile(code, { node: 'culprit' })
    const echo = await compile(
      "state.set('n', (state.get('n') ?? 0) + 1); return { payload: state.get('n') }",
    )
    const before = await echo.call(message(0), {})
    const failed = stuck.call(message(1), {})
    const others = Array.from({ length: 5 }, () => echo.call(message(0), before.state))
    await expect(failed).rejects.toMatchObject({ code: 'FUNCTION_STUCK' })
    const payloads = (await Promise.all(others)).map(({ emitted }) => emitted[0]?.message.payload)
    expect(payloads).toEqual([2, 3, 4, 5, 6])
    expect(logs).toEqual([expect.stringMatching(/^Function culprit of flow house/)])
  })

  it('puts a function aside that got stuck three times', async () => {
    const stuck = await compile('if (message.payload) while (true);')
    const calls = Array.from({ length: 5 }, () => stuck.call(message(true), {}))
    const codes = (await Promise.allSettled(calls)).map((end) => (end as PromiseRejectedResult).reason.code)
    expect(codes).toEqual([
      'FUNCTION_STUCK',
      'FUNCTION_STUCK',
      'FUNCTION_STUCK',
      'FUNCTION_DISABLED',
      'FUNCTION_DISABLED',
    ])
    await expect(stuck.call(message(false), {})).rejects.toMatchObject({ code: 'FUNCTION_DISABLED' })
    const again = await compile('return message')
    expect((await again.call(message(1), {})).emitted).toHaveLength(1)
  })

  it.each([
    ['a heap that fills', 'const kept = []; while (true) kept.push({ more: kept.length })'],
    ['buffers that fill', 'const kept = []; while (true) kept.push(new Uint8Array(4_000_000).fill(1))'],
    ['one list that grows', 'const kept = []; while (true) kept.push(1)'],
    ['large lists', 'const a = []; while (true) a.push(new Array(2 ** 24).fill(0).map((_, i) => ({ i })))'],
    ['a call into V8 that cannot be interrupted', 'new Array(2 ** 27).fill(1)'],
  ])('survives %s', async (_, hoard) => {
    const hog = await compile(hoard)
    const echo = await compile('return message')
    // on a slow machine it has run too long before it has grown too large
    const reason = expect.stringMatching(/^FUNCTION_(MEMORY|STUCK)$/)
    await expect(hog.call(message(1), {})).rejects.toMatchObject({ code: reason })
    expect((await echo.call(message(1), {})).emitted).toHaveLength(1)
  })

  it('starts the thread anew when functions keep too much, at the cost of nobody who is at work', async () => {
    const hog = await compile('globalThis.kept = new Array(8_000_000).fill(0.5); return message')
    const busy = await compile(
      'const end = now() ? Date.now() + 50 : 0; while (Date.now() < end); return message',
    )
    await hog.call(message(1), {})
    const calls = Array.from({ length: 30 }, () => busy.call(message(1), {}))
    for (const call of calls) expect((await call).emitted).toHaveLength(1)
    expect(logs).toEqual([expect.stringMatching(/^The functions together keep too much/)])
  })

  it('takes many functions for what they are, not for a hoard', async () => {
    const functions: UserFunction[] = []
    for (let count = 0; count < 400; count++) functions.push(await compile('return message'))
    const end = Date.now() + 2_500
    while (Date.now() < end)
      for (const one of functions) expect((await one.call(message(1), {})).emitted).toHaveLength(1)
    expect(logs).toEqual([])
  })

  it('fails a call that awaits longer than it may, and goes on', async () => {
    const iterations = 3_000_000
    const slow = await compile(
      `if (!message.payload) return message
       const key = await crypto.subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits'])
       await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(8), iterations: ${iterations} }, key, 256)
       state.set('late', true)
       return message`,
      { timeoutMs: 150 },
    )
    const late = slow.call(message(true), {})
    const next = slow.call(message(false), {})
    await expect(late).rejects.toMatchObject({ code: 'FUNCTION_TIMEOUT' })
    expect(await next).toMatchObject({ emitted: [{ port: 0 }], state: {} })
  })

  it('fails an await that can never settle, and goes on', async () => {
    const waits = await compile('if (message.payload) await new Promise(() => {}); return message')
    const never = waits.call(message(true), {})
    const next = waits.call(message(false), {})
    await expect(never).rejects.toMatchObject({ code: 'FUNCTION_AWAITS' })
    expect((await next).emitted).toHaveLength(1)
  })

  it.each([
    ['a value that throws when read', 'return { get payload() { throw new Error("no") } }'],
    [
      'a proxy without end',
      'return { payload: new Proxy({}, { ownKeys: () => { throw new Error("no") } }) }',
    ],
    [
      'an error that throws when read',
      'throw Object.defineProperty(new Error(), "message", { get() { throw 1 } })',
    ],
    ['a text of a quarter of a billion that is split', "'x'.repeat(2 ** 28).split('')"],
    ['nothing as an error', 'throw null'],
    ['a recursion without end', 'const f = () => f(); f()'],
    [
      'prototypes that were changed',
      'Array.prototype.push = Promise.prototype.then = () => { throw 1 }; return message',
    ],
    ['a list of a billion', 'return { payload: new Array(1_000_000_000) }'],
  ])('stands %s', async (_, code) => {
    const hostile = await compile(code)
    const echo = await compile('return message')
    await expect(hostile.call(message(1), {})).rejects.toMatchObject({
      code: expect.stringMatching(/^FUNCTION_/),
    })
    expect((await echo.call(message({ list: [1] }), {})).emitted[0]?.message.payload).toEqual({ list: [1] })
  })

  it('starts anew when functions keep too much from call to call', async () => {
    const hoarder = await compile(
      "globalThis.kept ??= []; kept.push('x'.repeat(1_000_000) + kept.length); [...kept.at(-1)].length; return { payload: kept.map((k) => k.length).length }",
    )
    let calls = 0
    await expect
      .poll(
        async () => {
          const { emitted } = await hoarder.call(message(++calls), {})
          return (emitted[0]?.message.payload as number) < calls
        },
        { interval: 1, timeout: 20_000 },
      )
      .toBe(true)
    expect(logs).toContainEqual(expect.stringContaining('keep too much in memory'))
  })

  it('logs a promise left alone and goes on', async () => {
    const floating = await compile("Promise.reject(new Error('left alone')); return message")
    expect((await floating.call(message(1), {})).emitted).toHaveLength(1)
    await expect.poll(() => logs).toEqual([expect.stringContaining('left alone')])
    expect((await floating.call(message(1), {})).emitted).toHaveLength(1)
  })

  it.each([
    ['the constructor of a value', "message.constructor.constructor('return process')()"],
    ['the constructor of an API', "structuredClone.constructor('return process')()"],
    ['the promise of an import', "import('node:fs').constructor.constructor('return process')()"],
    [
      'the error of an import',
      "(await import('node:fs').catch((e) => e)).constructor.constructor('return process')()",
    ],
    [
      'an error of the host',
      "try { new URL('::') } catch (e) { return { payload: e.constructor.constructor('return process')() } }",
    ],
    [
      'an answer of crypto',
      "(await crypto.subtle.digest('SHA-1', new Uint8Array(1))).constructor.constructor('return process')()",
    ],
    ['eval', "eval('process')"],
    ['require', "require('fs')"],
    ['process', 'process.exit(1)'],
    ['a timer', 'setTimeout(() => {}, 1)'],
  ])('gives no way out through %s', async (_, code) => {
    const hostile = await compile(
      `return { payload: String(${code.startsWith('try') ? `(() => { ${code} })().payload` : code}) }`,
    )
    await expect(hostile.call(message({}), {})).rejects.toMatchObject({ code: 'FUNCTION_THROW' })
  })
})
