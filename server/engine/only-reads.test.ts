import { describe, expect, test } from 'vitest'
import type { FlowNode } from '#flows/flow.ts'
import type { Message } from '#kit/message.ts'
import type { UserFunction } from '#kit/runtime/services.ts'
import { functionRuntime } from '#nodes/function/runtime.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { drawing, flowNode, nodeType, smallHouse, source } from '#rig/small-house.ts'
import { createCodeService } from '#server/user-code/code-service.ts'

const fn = (id: string, code: string): FlowNode => flowNode(id, 'function', { code })
const reads = fn('reads', 'return { ...message, topic: String(message.payload.value) }')
const writes = fn('writes', 'message.payload.value = 2; return message')

async function rig(functions: readonly FlowNode[], ...wires: readonly string[]) {
  const seen: Message[] = []
  const asked: string[] = []
  const feed = source({ makesMessages: true })
  const code = createCodeService()
  const told: typeof code = {
    ...code,
    compile(from, around) {
      const compiled: UserFunction = code.compile(from, around)
      const ask = compiled.onlyReads?.bind(compiled)
      return Object.assign(compiled, {
        onlyReads() {
          asked.push(from.node)
          return ask?.()
        },
      })
    },
  }
  const { engine } = smallHouse(
    [
      feed.runtime,
      functionRuntime,
      nodeType('sees', (message) => void seen.push(message)),
      nodeType('pass', (message, emit) => emit(message)),
    ],
    { services: { ...fakeServices(), code: told } },
  )
  const others = ['source', 'sees', 'pass'].map((id) => flowNode(id, id))
  const deploy = (nodes: readonly FlowNode[], ...drawn: readonly string[]) =>
    engine.deploy(drawing([...others, ...nodes], ...drawn))
  await deploy(functions, ...wires)
  const original = { id: 'm', topic: 'a', payload: { value: 1 } }
  return { engine, deploy, seen, asked, original, send: () => feed.send(original) }
}

describe('a function that only reads', () => {
  test('gets no copy of what others hold', async () => {
    const { seen, original, send } = await rig([reads], 'source reads', 'source pass', 'reads sees')
    await send()
    expect(seen.map(({ topic }) => topic)).toEqual(['1'])
    expect(seen[0]?.payload).toBe(original.payload)
  })

  test('sends what others hold: who writes to that gets a copy', async () => {
    const { seen, original, send } = await rig(
      [reads, writes],
      ...['source reads', 'source pass', 'reads writes', 'writes sees'],
    )
    await send()
    expect(seen[0]?.payload).toEqual({ value: 2 })
    expect(original.payload).toEqual({ value: 1 })
  })

  test('sends what is nobody else\u2019s where it was given that', async () => {
    const { seen, original, send } = await rig([reads, writes], 'source reads', 'reads writes', 'writes sees')
    await send()
    expect(seen[0]?.payload).toBe(original.payload)
  })

  test('sends what others hold where one of its wires brings that', async () => {
    const { original, send } = await rig([reads, writes], 'source reads', 'pass reads', 'reads writes')
    await send()
    expect(original.payload).toEqual({ value: 1 })
  })

  test('that becomes one that writes gets copies', async () => {
    const wires = ['source reads', 'source sees'] as const
    const { deploy, original, seen, send } = await rig([reads], ...wires)
    await deploy([{ ...writes, id: 'reads' }], ...wires)
    await send()
    expect(original.payload).toEqual({ value: 1 })
    expect(seen).toEqual([original])
  })

  test('goes on without copies when a deploy adds a wire before it', async () => {
    const { deploy, seen, original, send } = await rig([reads], 'source reads', 'reads sees')
    await deploy([reads], 'source reads', 'reads sees', 'source pass')
    await send()
    expect(seen[0]?.payload).toBe(original.payload)
  })

  test('that is poked sends nothing that who poked it holds', async () => {
    const { engine, seen } = await rig([reads, writes], 'source reads', 'reads writes', 'writes sees')
    const payload = { value: 1 }
    await engine.poke('f', 'reads', 'in', { payload })
    await engine.poke('f', 'source', 'out', { payload })
    expect(seen.map((message) => message.payload)).toEqual([{ value: 2 }, { value: 2 }])
    expect(payload).toEqual({ value: 1 })
  })
})

test('user code is looked at only where it may be given what others hold', async () => {
  const { asked, deploy } = await rig([reads, writes], 'source reads', 'reads writes')
  expect(asked).toEqual([])
  await deploy([reads, writes], 'source reads', 'reads writes', 'source sees')
  expect(asked).toEqual(['reads', 'writes'])
})

test('user code that writes is not asked twice', async () => {
  const { asked, deploy } = await rig([writes], 'source writes', 'source sees')
  await deploy([writes], 'source writes', 'source pass')
  expect(asked).toEqual(['writes'])
})
