// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are in the functions
import { expect, test } from 'vitest'
import { functionRig } from '#rig/function-rig.ts'
import { createCodeService } from '../code-service.ts'
import { onlyReads } from './only-reads.ts'

const service = createCodeService()

async function isHarmless(code: string, more: { setup?: string; language?: 'typescript' } = {}) {
  const { fn } = await functionRig(service, code, more)
  try {
    return await fn.onlyReads?.()
  } finally {
    await fn[Symbol.asyncDispose]()
  }
}

const harmless = [
  'return message',
  'return { ...message, hop: message.hop + 1 }',
  'return { ...message, payload: message.payload * 9 / 5 + 32 }',
  "const value = JSON.parse(message.payload).temperature; if (value > 30) return { ...message, payload: 'hot' }",
  "emit('out', message)",
  'emit(1, { payload: message.payload.map(({ value }) => value) }); emit(1, message)',
  "state.set('last', message.payload); return { payload: state.get('count') ?? 0 }",
  "const last = state.get('last') ?? []; last.push(message.payload); state.set('last', last)",
  'const next = { ...message }; next.payload = next.payload + 1; delete next.topic; return next',
  'const { payload: { values = [] } } = message; return { payload: Math.max(...values, 0) }',
  'const list = []; for (const item of message.payload) if (item.isGood) list.push(item.value); return { payload: list }',
  'let sum = 0; for (const { value } of message.payload) sum += value; return { ...message, payload: sum }',
  'return { ...message, payload: [...message.payload].sort((one, other) => one.value - other.value) }',
  'const names = message.payload.map(toName); function toName(item) { return item.name } return { payload: names }',
  "return { payload: message.topic.split('/').map(Number).filter(Boolean) }",
  "const found = /(\\d+)/g.exec(message.payload); return { payload: found?.[1].replace(/0/g, 'o') }",
  'status("ok", `it is ${message.payload}`); log.info(message); return [message]',
  'const at = new Date(message.payload); at.setHours(0); return { payload: at.getTime() }',
  'await clock.sleep(10); return { ...message, payload: await message.payload }',
  'const byKey = new Map(); byKey.set(message.topic, message.payload); return { payload: [...byKey.keys()] }',
  'try { return { payload: JSON.parse(message.payload, (key, value) => value) } } catch (error) { throw new Error(`No JSON: ${error.message}`) }',
  'switch (message.topic) { case "a": return message; default: break } outer: for (;;) { break outer }',
  'clock.after(10, () => emit(1, { ...message, payload: message.payload?.length }))',
  'const count = {}; count[message.topic] = (count[message.topic] ?? 0) + 1; return { payload: count }',
  'return message.payload instanceof Date ? { payload: typeof message.payload } : undefined',
  'const all = []; [all[0], all[1]].length; all.length = 0; return { payload: Object.keys(message.payload).concat(all) }',
  'const copy = structuredClone(message); copy.topic = "b"; return copy',
]

test.each(harmless)('lets through: %s', async (code) => {
  expect(await isHarmless(code)).toBe(true)
})

test('looks at what is left when the types are gone', async () => {
  expect(await isHarmless('const at: number = message.payload as number', { language: 'typescript' })).toBe(
    true,
  )
  expect(await isHarmless('(message.payload as any).x = 1', { language: 'typescript' })).toBe(false)
})

test('knows what the set-up declares', async () => {
  const setup = 'const seen = new Set(); let last; const half = (value) => value / 2'
  expect(
    await isHarmless('seen.add(message.id); last = message; return { payload: half(last.payload) }', {
      setup,
    }),
  ).toBe(true)
  expect(await isHarmless('last.payload.x = 1; last = message', { setup })).toBe(false)
})

test('looks at the set-up and its timers', async () => {
  const setup = 'let last; clock.every(1000, () => { last.payload.count += 1 })'
  expect(await isHarmless('last = message', { setup })).toBe(false)
})

const harmful = [
  // plain writes
  'message.payload = 1; return message',
  'message.payload.x = 1',
  'message.payload.x += 1',
  'message.payload.x ??= 1',
  'message.payload.count++',
  '--message.payload[0]',
  'delete message.payload.x',
  "message['payload']['x'] = 1",
  'message.payload?.list.push(1)',
  // aliases
  'const { payload } = message; payload.x = 1',
  'const list = message.payload; list.sort()',
  'let list = []; list = message.payload; list.push(1)',
  'var list = []; var list = message.payload; list.push(1)',
  'const list = [] ?? message.payload; const same = list; same.push(1)',
  'const list = message.payload ?? []; list.push(1)',
  'const list = message.isGood ? [] : message.payload; list.push(1)',
  'const [first] = message.payload; first.x = 1',
  'const held = [message.payload]; held[0].x = 1',
  'const held = { ...message }; held.payload.x = 1',
  '({ ...message }).payload.x = 1',
  '[...message.payload][0].x = 1',
  'const self = (value) => value; self(message.payload).x = 1',
  'const list = []; { const list = message.payload; list.push(1) }',
  'const change = (list = []) => { list.push(1) }; change(message.payload)',
  'const { list = message.payload } = {}; list.push(1)',
  // where a pattern writes
  '[message.payload.x] = [1]',
  '({ a: message.payload.x } = { a: 1 })',
  '({ ...message.payload.x } = { a: 1 })',
  '[[message.payload.x = 2]] = [[1]]',
  'for (message.payload.x of [1, 2]) log.info("x")',
  'for (message.payload.x in { a: 1 }) log.info("x")',
  'const out = {}; ({ a: out.slice } = { a: 1 })',
  // methods
  'message.payload.sort()',
  'message.payload.reverse().map((item) => item)',
  'message.payload.slice().sort()',
  'message.payload.subarray(0, 1).fill(0)',
  'message.payload.set("a", 1)',
  'message.payload.setHours(0)',
  'message.payload["so" + "rt"]()',
  'message.payload[message.topic](1)',
  '(0, message.payload.sort)()',
  'message.payload.sort`x`',
  'Array.prototype.push.call(message.payload, 1)',
  '[].push.apply(message.payload, [1])',
  'const push = [].push.bind(message.payload); push(1)',
  'const { push } = []; [1].forEach(push, message.payload)',
  'message.payload.test("a")',
  '"a".replace(message.payload, "b")',
  // callbacks
  'message.payload.forEach((item) => { item.x = 1 })',
  'message.payload.forEach((_, index, all) => { all[index] = 1 })',
  'message.payload.map(({ inner }) => inner.pop())',
  'message.payload.reduce((all, item) => { all.x = item; return all })',
  'message.payload.map(({}).constructor.assign)',
  'message.payload.map(Object.freeze)',
  'const freeze = Object.freeze; message.payload.forEach(freeze)',
  'JSON.stringify(message, message.change)',
  'Array.from(message.payload, ({}).constructor.freeze)',
  'clock.after(1, message.payload.sort)',
  'emit(1, message); message.payload.x = 1',
  // functions of the language
  'Object.assign(message.payload, { x: 1 })',
  'Object.defineProperty(message, "x", { value: 1 })',
  'Object.freeze(message)',
  'Reflect.set(message, "x", 1)',
  'new Proxy(message, {}).x = 1',
  'Reflect.ownKeys(message)',
  'globalThis.Object.assign(message, { x: 1 })',
  'structuredClone(message, { transfer: [message.payload.buffer] })',
  'const bytes = new Uint8Array(message.payload.buffer); bytes[0] = 1',
  'new DataView(message.payload.buffer).setInt8(0, 1)',
  'crypto.getRandomValues(message.payload)',
  'new (message.payload.constructor)(1)',
  // names that mean something else
  'const JSON = { parse: (value) => value }; JSON.parse(message.payload).x = 1',
  'const JSON = { parse: (value) => value }; const own = JSON.parse(message.payload); own.x = 1',
  'const state = { get: () => message.payload }; const own = state.get("a"); own.x = 1',
  'const change = ({ Math }) => Math.push(1); change({ Math: message.payload })',
  'try { Object = {} } catch {} Object.assign(message.payload, { x: 1 })',
  // functions that come to be where methods are
  'const own = { concat: message.payload.x }; own.concat(message.payload)',
  'const own = { map: () => message.payload }; own.map((item) => item).push(1)',
  'const own = { map() { return message.payload } }; own.map((item) => item).push(1)',
  'const own = {}; own.concat = ({})[message.topic][message.id]; own.concat(message.payload, { x: 1 })',
  'const own = {}; own[message.topic] = ({})[message.id]; own.concat(message.payload)',
  'const own = { [message.topic]: ({})[message.id] }; own.concat(message.payload)',
  'const own = Object.fromEntries([["concat", ({})[message.id]]]); own.concat(message.payload, { x: 1 })',
  'const own = { get payload() { return message.payload.pop() } }; return own',
  'const own = { __proto__: message.payload }; own.push(1)',
  'const { constructor: { assign } } = message; return message',
  "const own = message['constructor']",
  // what is not looked into
  'arguments[0].payload.x = 1',
  'this.x = 1',
  'class Change { static { message.payload.x = 1 } }',
  'const change = function* () { yield message.payload.pop() }; return { payload: [...change()] }',
  'await import("x")',
  'library("lodash").set(message, "x", 1)',
  'const change = message.payload.change; change(message)',
  '(message.isGood ? [].push : [].pop)(1)',
  'async function change() { (await message.payload).x = 1 } await change()',
  'label: { message.payload.x = 1; break label }',
  'return { payload: `${message.payload.pop()}` }',
  'return { payload: /* (message) */ message.payload.splice(0) }',
]

test.each(harmful)('holds for harmful: %s', async (code) => {
  expect(await isHarmless(code)).toBe(false)
})

test('holds for harmful what closes the braces around it', async () => {
  const code =
    'return message }, function (state) { state.get("a").push(1); const own = state.get("b"); own.push(1)'
  expect(await isHarmless(code)).toBe(false)
})

test.each(['(', `(${'['.repeat(100_000)}${']'.repeat(100_000)})`])(
  'holds for harmful what it cannot read',
  async (script) => {
    expect(await onlyReads(script)).toBe(false)
  },
)
