import { expect, it } from 'vitest'
import { nodeRig } from '#rig/node-rig.ts'
import { functionRuntime } from './runtime.ts'

const rig = (code: string, config: Record<string, unknown> = {}) =>
  nodeRig(functionRuntime, { config: { code, ...config } })

it('passes messages on as they are by default', async () => {
  const node = await nodeRig(functionRuntime)
  await node.send('in', { payload: 1 })
  expect(node.out).toEqual([1])
})

it('spreads an array over its outputs and skips null', async () => {
  const node = await rig('return [null, { payload: 2 }, { payload: 3 }]', { outputs: 3 })
  await node.send('in', { payload: 1 })
  expect(node.sent.map(({ port, message }) => [port, message.payload])).toEqual([
    ['out2', 2],
    ['out3', 3],
  ])
})

it('emits what it is told to, then what it returns, under the id of the message', async () => {
  const node = await rig(
    "emit(2, { payload: 'a' }); emit('out1', { payload: 'b', id: 'own' }); return message",
    {
      outputs: 2,
    },
  )
  await node.send('in', { id: 'm', payload: 'c' })
  expect(node.sent.map(({ port, message }) => [port, message.id, message.payload])).toEqual([
    ['out2', 'm', 'a'],
    ['out1', 'own', 'b'],
    ['out1', 'm', 'c'],
  ])
})

it('calls its outputs by the names that they have', async () => {
  const node = await rig(
    "emit('too cold', { payload: 1 }); emit('out1', { payload: 2 }); emit('gone', message)",
    {
      outputs: [{}, { title: 'too cold', kind: 'number' }],
    },
  )
  await expect(node.send('in', { payload: 0 })).rejects.toThrow('port gone')
  expect(node.sent.map(({ port, message }) => [port, message.payload])).toEqual([
    ['out2', 1],
    ['out1', 2],
  ])
})

it('keeps its state, and that of a failed call not', async () => {
  const node = await rig(
    "state.set('n', (state.get('n') ?? 0) + 1); if (message.payload) throw 'no'; return { payload: state.get('n') }",
  )
  await node.send('in', { payload: 0 })
  await expect(node.send('in', { payload: 1 })).rejects.toMatchObject({ code: 'FUNCTION_THROW' })
  await node.send('in', { payload: 0 })
  expect(node.out).toEqual([1, 2])
  expect(node.state).toEqual({ n: 2 })
})

it('copies what it emits, for it may go on to change it', async () => {
  const node = await rig('message.payload.n = 1; emit(1, message); message.payload.n = 2; return message')
  await node.send('in', { payload: { n: 0 } })
  expect(node.out).toEqual([{ n: 1 }, { n: 2 }])
})

it('takes TypeScript', async () => {
  const node = await rig(
    'const double = (n: number): number => n * 2\nreturn { payload: double(message.payload) }',
    {
      language: 'typescript',
    },
  )
  await node.send('in', { payload: 4 })
  expect(node.out).toEqual([8])
})

it.each([
  ['return 5', /returned number 5\. A message is an object with a payload/],
  ['return { temperature: 5 }', /object without a payload/],
  ['return [message, message]', /returned 2 entries, but the node has 1 output\./],
  ['return { payload: () => 1 }', /message\.payload is a function/],
  ['const a = { payload: 1 }; a.self = a; emit(1, a)', /contains itself/],
  ['return { payload: (async () => 1)() }', /payload is a promise\. Await it/],
  ['return { payload: 1, topic: 5 }', /topic of a message is text/],
  ['emit(2, message)', /Line 1: emit\(\) was asked for port 2/],
])('says what is wrong with %s', async (code, text) => {
  const node = await rig(code)
  await expect(node.send('in', { payload: 1 })).rejects.toMatchObject({
    code: 'FUNCTION_RESULT',
    message: expect.stringMatching(text),
  })
})

it('logs, shows a status and knows the time', async () => {
  const node = await rig("log.warn('warm', { t: 30 }); status('warn', 'warm'); return { payload: now() }")
  await node.send('in', { payload: 1 })
  expect(node.logs).toEqual([{ level: 'warn', text: 'warm {"t":30}' }])
  expect(node.statuses.at(-1)).toMatchObject({ state: 'warn', text: 'warm' })
  expect(node.out).toEqual([node.clock.now()])
})

it('has the tools of the web at hand', async () => {
  const node = await rig(`
    const url = new URL('http://pi.local/a?b=1'); url.searchParams.set('b', 'ü'); url.hash = 'x'
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode('abc')))
    return { payload: [url.href, hash[0], atob(btoa('hi')), new TextDecoder().decode(new Uint8Array([0xc3, 0xbc])),
      structuredClone({ a: [1] }), crypto.randomUUID().length, new Intl.NumberFormat('de').format(1.5)] }`)
  await node.send('in', { payload: 1 })
  expect(node.out).toEqual([['http://pi.local/a?b=%C3%BC#x', 169, 'hi', 'ü', { a: [1] }, 36, '1,5']])
})

it('keeps bytes and dates', async () => {
  const node = await rig('return message')
  const payload = { bytes: new Uint8Array([1, 2]), at: new Date(0) }
  await node.send('in', { payload })
  expect(node.out).toEqual([payload])
})

it('does not start when its code does not compile', async () => {
  await expect(rig('const a =\nreturn a')).rejects.toMatchObject({
    code: 'FUNCTION_SYNTAX',
    field: 'code',
    message: expect.stringMatching(/^Line 2: /),
  })
})

it('fails when what it sent has failed', async () => {
  const node = await nodeRig(functionRuntime, { downstream: () => Promise.reject(new Error('no')) })
  await expect(node.send('in', { payload: 1 })).rejects.toThrow('no')
})

it('keeps a thousand keys of state, and no more', async () => {
  const node = await rig(`for (let n = 0; n < message.payload; n++) state.set('k' + n, n)`)
  await node.send('in', { payload: 1_000 })
  await expect(node.send('in', { payload: 1_001 })).rejects.toMatchObject({ code: 'FUNCTION_STATE_FULL' })
  expect(Object.keys(node.state)).toHaveLength(1_000)
})

it('keeps what the set-up declares, and begins timers there', async () => {
  const node = await rig('return { payload: ++count }', {
    setup: `let count = env.first ?? 10
      clock.every(1_000, () => emit(1, { payload: 'tick ' + count }))
      clock.after(500, async () => { await clock.sleep(100); emit(1, { payload: 'late', id: 'own' }) })`,
  })
  await node.send('in', { payload: 0 })
  await node.clock.advance(1_000)
  await node.send('in', { payload: 0 })
  await node.clock.advance(1_000)
  expect(node.out).toEqual([11, 'late', 'tick 11', 12, 'tick 12'])
  await node.stop()
  expect(node.clock.planned).toBe(0)
})

it('runs its tear-down at the stop', async () => {
  const node = await rig('opened += 1; return null', {
    setup: 'let opened = 0',
    teardown: "await null; log.info('closed ' + opened); state.set('last', opened)",
  })
  await node.send('in', { payload: 0 })
  await node.stop()
  expect([node.logs, node.state]).toEqual([[{ level: 'info', text: 'closed 1' }], { last: 1 }])
})

it('tells at the node when a timer fails, and goes on', async () => {
  const node = await rig('return message', { setup: "clock.every(100, () => { throw new Error('no') })" })
  await node.clock.advance(250)
  await node.send('in', { payload: 1 })
  expect(node.failures.map(({ message }) => message)).toEqual(['Set-up, line 1: no', 'Set-up, line 1: no'])
  expect(node.out).toEqual([1])
})

it('does not handle messages when its set-up has failed', async () => {
  const node = await rig('return message', { setup: 'const a = 1\nmissing()' })
  expect(node.failures).toMatchObject([
    { code: 'FUNCTION_SETUP', message: 'Set-up, line 2: missing is not defined' },
  ])
  await expect(node.send('in', { payload: 1 })).rejects.toMatchObject({ code: 'FUNCTION_NOT_SET_UP' })
})

it('waits for a set-up that awaits before it handles messages', async () => {
  const node = await nodeRig(functionRuntime, {
    config: {
      setup: "const key = new Uint8Array(await crypto.subtle.digest('SHA-1', new Uint8Array(1)))",
      code: 'return { payload: key.length }',
    },
  })
  await node.send('in', { payload: 1 })
  expect(node.out).toEqual([20])
})

it('names the part and the line that does not compile', async () => {
  const broken = rig('return message', { setup: 'let a = 1\nlet b = = 2' })
  await expect(broken).rejects.toMatchObject({ code: 'FUNCTION_SYNTAX', field: 'setup' })
  await expect(broken).rejects.toThrow(/^Line 2: /)
})
