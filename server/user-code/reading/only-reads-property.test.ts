import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '#kit/message.ts'
import { functionRig } from '#rig/function-rig.ts'
import { createCodeService } from '../code-service.ts'

const service = createCodeService()
const names = ['one', 'two', 'three'] as const
const locals = ['four', 'five', 'six', 'seven'] as const

/** Ordinary ways to get at something, and to write to it, nested at random. */
const { value, statement } = fc.letrec<{ value: string; statement: string }>((tie) => {
  const value = tie('value')
  const of = (build: (...parts: string[]) => string, ...parts: fc.Arbitrary<string>[]) =>
    fc.tuple(...parts).map((made) => build(...made))
  const name = fc.constantFrom(...names)
  const local = fc.constantFrom(...locals)
  return {
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom(
        'message',
        'message.payload',
        'message.payload.list',
        ...names,
        ...locals,
        "state.get('kept')",
      ),
      of((inner) => `[${inner}]`, value),
      of((inner) => `({ ...${inner} })`, value),
      of((inner) => `({ list: ${inner} })`, value),
      of((inner) => `${inner}?.list`, value),
      of((inner) => `${inner}?.[0]`, value),
      of((inner) => `[].concat(${inner})`, value),
      of((inner) => `[].concat(${inner}).slice()`, value),
      of((inner) => `structuredClone(${inner})`, value),
      of((inner) => `Object.values(${inner} ?? {})`, value),
      of((inner) => `own(${inner})`, value),
      of((one, other) => `(${one} ?? ${other})`, value, value),
      of((one, other) => `(message.topic ? ${one} : ${other})`, value, value),
      of((list, inner) => `[].concat(${list}).map((item) => ${inner})`, value, value),
      of((list) => `[].concat(${list}).find((item) => item)`, value),
      of((list) => `${list}?.sort?.()`, value),
    ),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      of((to, from) => `${to} = ${from}`, name, value),
      of((to) => `(${to} ?? {}).x = 1`, value),
      of((to) => `${to}.x = 1`, name),
      of((to) => `delete ${to}.x`, name),
      of((to) => `${to}?.push?.(1)`, value),
      of((to) => `${to}.push(1)`, name),
      of((to, from, inner) => `{ const ${to} = ${from}; ${inner} }`, local, value, tie('statement')),
      of((to, from) => `{ const ${to} = ${from}; ${to}.x = 1; ${to}.push?.(1) }`, local, value),
      of((to, from) => `{ const ${to} = ${from}; ${to}.list.x = 1 }`, local, value),
      of((to, from) => `{ const { list: ${to} } = ${from}; ${to}.x = 1 }`, local, value),
      of((to) => `[(${to} ?? {}).x] = [1]`, value),
      of((sent) => `emit(1, { payload: ${sent} })`, value),
      of((kept) => `state.set('kept', ${kept})`, value),
      of((list, inner) => `for (const item of [].concat(${list})) { ${inner} }`, value, tie('statement')),
      of((list, inner) => `[].concat(${list}).forEach((item) => { ${inner} })`, value, tie('statement')),
      of((inner) => `{ ${inner} }`, tie('statement')),
    ),
  }
})

/** Strict code is told where it writes to what cannot be written. */
const wrote = /read only|not extensible|Cannot delete|Cannot define|Cannot add|Cannot redefine/

/** What is wrong with one statement otherwise does not keep from the next. */
const body = fc
  .tuple(fc.tuple(value, value, value), fc.array(statement, { minLength: 1, maxLength: 6 }))
  .map(([values, statements]) =>
    [
      'const own = (item) => item',
      ...names.map(
        (name, index) =>
          `let ${name} = ${values[index]?.replaceAll(/one|two|three|four|five|six|seven/g, 'message')}`,
      ),
      ...statements.map(
        (text) => `try { ${text} } catch (error) { if (${wrote}.test(error.message)) throw error }`,
      ),
      'return message',
    ].join('\n'),
  )

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}

const makeMessage = (): Message => ({ id: 'm', topic: 'a', payload: { x: 0, list: [{ x: 0, list: [] }] } })

async function look(code: string): Promise<{ isHarmless: boolean; hasWritten: boolean } | undefined> {
  const rig = await functionRig(service, code).catch(() => undefined)
  if (!rig) return undefined // does not compile
  const { fn } = rig
  const isHarmless = (await fn.onlyReads?.()) ?? false
  const message = frozen(makeMessage())
  try {
    await fn.call(message)
    await fn.call(message)
    return { isHarmless, hasWritten: false }
  } catch (error) {
    return { isHarmless, hasWritten: wrote.test(String(error)) }
  } finally {
    await fn[Symbol.asyncDispose]()
  }
}

test('what is called harmless leaves what it is given as it was', async () => {
  const seen = { harmless: 0, wrote: 0 }
  await fc.assert(
    fc.asyncProperty(body, async (code) => {
      const found = await look(code)
      if (found?.isHarmless) seen.harmless += 1
      if (found?.hasWritten) seen.wrote += 1
      expect(found).not.toEqual({ isHarmless: true, hasWritten: true })
    }),
    { numRuns: 1_000 },
  )
  expect(Math.min(seen.harmless, seen.wrote)).toBeGreaterThan(10)
})
