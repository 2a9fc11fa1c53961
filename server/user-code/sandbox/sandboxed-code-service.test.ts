import { afterEach, describe, expect, it } from 'vitest'
import { type FunctionRigOptions, functionRig } from '#rig/function-rig.ts'
import { settlePromises, VirtualClock } from '#rig/virtual-clock.ts'
import { createSandboxedCodeService } from './sandboxed-code-service.ts'

const service = createSandboxedCodeService({ stuckMs: 100 })
const opened: AsyncDisposable[] = []
const rig = async (code: string, options?: FunctionRigOptions) => {
  const one = await functionRig(service, code, options)
  opened.push(one.fn)
  return one
}
afterEach(async () => {
  for (const fn of opened.splice(0)) await fn[Symbol.asyncDispose]()
})

/** Lets the engine load, and what waits for it go on. */
const untilQuiet = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  await settlePromises()
}

describe('a sandboxed function', () => {
  it('ends where it began when it does not wait', async () => {
    const one = await rig('return { ...message, payload: message.payload * 2 }')
    expect(one.call(21, { topic: 'a' })).toBeUndefined()
    expect(one.sent).toEqual([{ port: 0, message: { id: 'm', topic: 'a', payload: 42 } }])
  })

  it('emits what it is told to, then what it returns', async () => {
    const one = await rig("emit('out2', { payload: 'a', id: 'own' }); return [null, message]", { outputs: 2 })
    await one.call('b')
    expect(one.sent).toEqual([
      { port: 1, message: { id: 'own', payload: 'a' } },
      { port: 1, message: { id: 'm', payload: 'b' } },
    ])
  })

  it('calls its outputs by their names', async () => {
    const one = await rig("emit('too cold', message)", { outputs: 2, outputNames: ['', 'too cold'] })
    await one.call('b')
    expect(one.sent).toEqual([{ port: 1, message: { id: 'm', payload: 'b' } }])
  })

  it('keeps bytes, dates, maps and what JSON has no word for', async () => {
    const one = await rig('return message')
    const payload = {
      bytes: new Uint8Array([1, 0, 255]),
      at: new Date(0),
      map: new Map([['a', new Set([1])]]),
      odd: [Number.NaN, -0, 12n, undefined, null],
      $: { $: ['Date', 0] },
      text: 'ü\0\ud800',
    }
    await one.call(payload)
    expect(one.payloads).toEqual([payload])
  })

  it('hands on bytes of almost a MB, and refuses more', async () => {
    const one = await rig('return message')
    await one.call(new Uint8Array(1_000_000).fill(7))
    expect(one.payloads).toEqual([new Uint8Array(1_000_000).fill(7)])
    expect(() => one.call(new Uint8Array(1_100_000))).toThrow(
      'The message holds more than 1 MB, the most a function takes. Send it less at a time.',
    )
  })

  it('keeps its state, and that of a failed call not', async () => {
    const one = await rig(
      "state.set('n', (state.get('n') ?? 0) + 1); if (message.payload) throw 'no'; return { payload: state.get('n') }",
    )
    await one.call(0)
    expect(() => one.call(1)).toThrow('no')
    await one.call(0)
    expect([one.payloads, one.state]).toEqual([[1, 2], { n: 2 }])
  })

  it('waits for what stands behind its outputs', async () => {
    const one = await rig('return message', { downstream: () => Promise.reject(new Error('down')) })
    await expect(one.call(1)).rejects.toThrow('down')
  })

  it('shares what the set-up declares with the code and the tear-down', async () => {
    const one = await rig('count += 1; return { payload: count }', {
      setup: 'let count = await Promise.resolve(10)',
      teardown: "log.info('counted', count)",
    })
    await one.call(0)
    await one.fn[Symbol.asyncDispose]()
    expect([one.payloads, one.logs]).toEqual([[11], ['info counted 11']])
  })

  it('waits in the time of its clock, and takes calls one after another', async () => {
    const one = await rig('await clock.sleep(1_000); return { payload: [message.payload, now()] }')
    const start = one.clock.now()
    const calls = [one.call(1), one.call(2)]
    await one.clock.advance(2_000)
    await Promise.all(calls)
    expect(one.payloads).toEqual([
      [1, start + 1_000],
      [2, start + 2_000],
    ])
  })

  it('has timers, which it can take back', async () => {
    const one = await rig('return message', {
      setup:
        "clock.every(100, () => emit('out', { payload: 'tick' })); clock.after(150, () => emit(1, { payload: 'once' })); clock.after(50, () => emit(1, { payload: 'never' })).cancel()",
    })
    await one.clock.advance(200)
    expect(one.payloads).toEqual(['tick', 'once', 'tick'])
  })

  it('takes TypeScript, and env', async () => {
    const one = await rig(
      'const greet = (name: string): string => name + env.house\nreturn { payload: greet("at ") }',
      {
        language: 'typescript',
        env: { house: 'home' },
      },
    )
    await one.call(1)
    expect(one.payloads).toEqual(['at home'])
  })

  it('has the tools of the web at hand', async () => {
    const one = await rig(`
      const url = new URL('http://pi.local/a?b=1'); url.searchParams.set('b', 'ü'); url.hash = 'x'
      const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
      const how = { name: 'AES-GCM', iv: crypto.getRandomValues(new Uint8Array(12)) }
      const sealed = await crypto.subtle.encrypt(how, key, new TextEncoder().encode('secret ü'))
      const open = new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed))
      return { payload: [url.href, open, atob(btoa('hi')), structuredClone({ a: [1] }), crypto.randomUUID().length] }`)
    await one.call(1)
    expect(one.payloads).toEqual([['http://pi.local/a?b=%C3%BC#x', 'secret ü', 'hi', { a: [1] }, 36]])
  })
})

describe('what is said', () => {
  it.each([
    ['const a = 1\n\nreturn x', {}, 'FUNCTION_THROW', 'Line 3: x is not defined'],
    ['return 5', {}, 'FUNCTION_RESULT', /^The function returned number 5\. A message is/],
    ['\nemit(2, message)', {}, 'FUNCTION_RESULT', /^Line 2: emit\(\) was asked for port 2/],
    [
      'boom()',
      { setup: 'const boom = () => {\n throw new Error("no") }' },
      'FUNCTION_SETUP',
      'Set-up, line 2: no',
    ],
    ['await new Promise(() => {})', {}, 'FUNCTION_AWAITS', /never happens/],
    ["library('node:fs')", {}, 'FUNCTION_RESULT', /have no libraries/],
  ])('of %s', async (code, options, errorCode, message) => {
    const one = await rig(code, options)
    const call = async () => await one.call(1)
    await expect(call()).rejects.toMatchObject({
      code: errorCode,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
  })

  it('of a source that does not compile names the line and the field', async () => {
    await expect(rig('return message', { setup: 'let a\nlet a' })).rejects.toMatchObject({
      code: 'FUNCTION_SYNTAX',
      field: 'setup',
      message: expect.stringMatching(/^Line 2: /),
    })
  })

  it('of a call that awaits too long', async () => {
    const one = await rig('await clock.sleep(60_000)', { timeoutMs: 1_000 })
    const call = expect(one.call(1)).rejects.toMatchObject({ code: 'FUNCTION_TIMEOUT' })
    await one.clock.advance(1_000)
    await call
  })
})

describe('a function that had to be stopped', () => {
  it('is furnished anew, keeps its state, and is put aside at the third time', async () => {
    const one = await rig(
      "state.set('n', 1); if (message.payload) for (;;); return { payload: state.get('n') }",
    )
    for (let time = 0; time < 2; time++) {
      expect(() => one.call(true)).toThrow(expect.objectContaining({ code: 'FUNCTION_STUCK' }))
      await one.call(false)
    }
    expect(() => one.call(true)).toThrow(expect.objectContaining({ code: 'FUNCTION_STUCK' }))
    expect(() => one.call(false)).toThrow(
      expect.objectContaining({ code: 'FUNCTION_DISABLED', values: { count: 3 } }),
    )
    expect(one.payloads).toEqual([1, 1])
  })

  it('is forgiven after five minutes', async () => {
    const one = await rig('if (message.payload) for (;;); return message')
    for (let time = 0; time < 4; time++) {
      expect(() => one.call(true)).toThrow(expect.objectContaining({ code: 'FUNCTION_STUCK' }))
      await one.clock.advance(4 * 60_000)
      await one.call(false)
    }
    expect(one.payloads).toHaveLength(4)
  })

  it('takes up its timers again', async () => {
    const one = await rig('for (;;);', { setup: "clock.every(1_000, () => emit(1, { payload: 'tick' }))" })
    expect(() => one.call(1)).toThrow(expect.objectContaining({ code: 'FUNCTION_STUCK' }))
    await untilQuiet()
    await one.clock.advance(1_000)
    expect(one.payloads).toEqual(['tick'])
  })

  it('leaves the others of its flow what they keep', async () => {
    const keeps = await rig('count += 1; return { payload: count }', { setup: 'let count = 0' })
    await keeps.call(1)
    const hog = await rig('for (;;);')
    expect(() => hog.call(1)).toThrow(expect.objectContaining({ code: 'FUNCTION_STUCK' }))
    await keeps.call(1)
    expect(keeps.payloads).toEqual([1, 2])
  })

  it('for want of memory leaves other flows what they keep', async () => {
    const keeps = await rig('count += 1; return { payload: count }', { setup: 'let count = 0', flow: 'b' })
    await keeps.call(1)
    const hog = await rig('const all = []; for (;;) all.push(new Uint8Array(1e5))')
    for (let time = 0; time < 2; time++) {
      await expect(async () => await hog.call(1)).rejects.toMatchObject({ code: 'FUNCTION_MEMORY' })
      await untilQuiet()
    }
    await keeps.call(1)
    expect(keeps.payloads).toEqual([1, 2])
  })

  it('is not one whose thread had no turn', async () => {
    let time = 0
    let worked = 0
    const asleep = createSandboxedCodeService({ elapsed: () => (time += 40), worked: () => (worked += 0.01) })
    const one = await functionRig(asleep, 'let n = 0; while (n < 2_000) n++; return { payload: n }')
    await one.call(1)
    expect(one.payloads).toEqual([2_000])
  })

  it('is one also where its thread has a turn now and then only', async () => {
    let time = 0
    let worked = 0
    let turn = 0
    const starved = createSandboxedCodeService({
      elapsed: () => (time += 40),
      worked: () => (worked += turn),
    })
    const one = await functionRig(starved, 'while (true);')
    turn = 10
    expect(() => one.call(1)).toThrow(expect.objectContaining({ code: 'FUNCTION_STUCK' }))
  })
})

it('gives the largest flow a memory of its own where those that share one keep too much', async () => {
  const warnings: string[] = []
  const small = createSandboxedCodeService({ sharedMb: 8, log: (_, text) => warnings.push(text) })
  const code = 'kept.push(new Uint8Array(message.payload).fill(1)); return { payload: kept.length }'
  const rigs = await Promise.all(
    ['a', 'b'].map((flow) =>
      functionRig(small, code, { flow, setup: 'const kept = []', clock: new VirtualClock() }),
    ),
  )
  const [a, b] = rigs
  await a?.call(7_000_000)
  await b?.call(4_000_000)
  await untilQuiet()
  await a?.call(1)
  await b?.call(1)
  expect([a?.payloads, b?.payloads]).toEqual([
    [1, 1],
    [1, 2],
  ])
  expect(warnings).toHaveLength(1)
  for (const { fn } of rigs) await fn[Symbol.asyncDispose]()
})

it('keeps what a hundred flows know, in memory that many share', async () => {
  const warnings: string[] = []
  const many = createSandboxedCodeService({ log: (_, text) => warnings.push(text) })
  const rigs = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      functionRig(many, 'return { payload: ++count }', { flow: `f${n}`, setup: 'let count = 0' }),
    ),
  )
  for (let time = 0; time < 3; time++) for (const one of rigs) await one.call(1)
  expect(rigs.map(({ payloads }) => payloads)).toEqual(rigs.map(() => [1, 2, 3]))
  expect(warnings).toEqual([])
  expect(many.memoryBytes / rigs.length / 1024).toBeLessThan(512)
  for (const { fn } of rigs) await fn[Symbol.asyncDispose]()
  expect(many.memoryBytes).toBe(0)
})
