import { expect, it } from 'vitest'
import { functionRig } from '#rig/function-rig.ts'
import { createCodeService } from './code-service.ts'
import { FunctionCompiler } from './function-compiler.ts'
import { FunctionContext } from './function-context.ts'

const compiler = new FunctionCompiler(new FunctionContext())
const source = (code: string, setup = '') => ({
  ...{ flow: 'house', node: 'fn', language: 'javascript' as const, setup, teardown: '', code },
  ...{ outputs: 1, outputNames: [], timeoutMs: 10_000, env: {} },
})

it('compiles the same texts once, for as long as somebody uses them', () => {
  const one = compiler.take(source('return message'))
  const same = compiler.take({ ...source('return message'), flow: 'garden', timeoutMs: 5 })
  const other = compiler.take(source('return message', 'let count = 0'))
  expect(same.compiled).toBe(one.compiled)
  expect(other.compiled).not.toBe(one.compiled)
  one.release()
  const later = compiler.take(source('return message'))
  expect(later.compiled).toBe(same.compiled)
  same.release()
  later.release()
  expect(compiler.take(source('return message')).compiled).not.toBe(same.compiled)
})

it('compiles by itself what may go on after a call: its stack says whose it is', () => {
  const waiting = source('await clock.sleep(1)')
  expect(compiler.take(waiting).compiled).not.toBe(compiler.take(waiting).compiled)
})

it('keeps the variables of functions with the same texts apart', async () => {
  const service = createCodeService()
  const counts = () => functionRig(service, 'return { payload: ++count }', { setup: 'let count = 0' })
  const [kitchen, garden] = [await counts(), await counts()]
  await kitchen.call(0)
  await kitchen.call(0)
  await garden.call(0)
  await kitchen.fn[Symbol.asyncDispose]()
  await garden.call(0)
  expect([kitchen.payloads, garden.payloads]).toEqual([
    [1, 2],
    [1, 2],
  ])
})

it('names the line in each of several functions with the same texts', async () => {
  const service = createCodeService()
  const fails = () => functionRig(service, '\nthrow new Error(message.payload)')
  const [kitchen, garden] = [await fails(), await fails()]
  expect(() => kitchen.call('hot')).toThrow('Line 2: hot')
  expect(() => garden.call('wet')).toThrow('Line 2: wet')
})
