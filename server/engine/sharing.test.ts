import { describe, expect, test } from 'vitest'
import type { Message } from '#kit/message.ts'
import { drawing, flowNode, nodeType, smallHouse, source } from '#rig/small-house.ts'

/** What user code does: it writes to what it was given. */
const overwrite = (message: Message): void => {
  const { payload } = message
  if (payload instanceof Object) Reflect.set(payload, 'written', true)
  Reflect.set(message, 'topic', 'written')
}

async function rig(nodes: readonly string[], ...wires: readonly string[]) {
  const seen: Message[] = []
  const received: Message[] = []
  const feed = source({ makesMessages: true })
  const { engine, clock } = smallHouse([
    feed.runtime,
    nodeType(
      'writes',
      (message, emit) => {
        received.push(message)
        overwrite(message)
        return emit(message)
      },
      { writesMessages: true, makesMessages: true },
    ),
    nodeType('sees', (message) => void seen.push(message)),
    nodeType('pass', (message, emit) => emit(message)),
    nodeType('failsAfter', (message, emit) => {
      void emit(message)
      throw new Error('after')
    }),
    nodeType(
      'throws',
      () => {
        throw new Error('no')
      },
      { writesMessages: true, makesMessages: true },
    ),
    nodeType('later', (message, emit, after) => after(100, () => emit(message)).done),
  ])
  const flow = drawing(
    ['source', ...nodes].map((name) => flowNode(name, name.replace(/\d/, ''))),
    ...wires,
  )
  await engine.deploy(flow)
  const original = { id: 'm', topic: 'a', payload: { value: 1 } }
  const send = () => feed.send(original)
  return { engine, clock, seen, received, original, send }
}

const untouched = { id: 'm', topic: 'a', payload: { value: 1 } }

describe('what user code writes to its message', () => {
  test.each([
    ['before it', 'sees', 'writes'],
    ['after it', 'writes', 'sees'],
  ])('is not seen by another branch that gets it %s', async (_, first, second) => {
    const { seen, send } = await rig(['writes', 'sees'], `source ${first}`, `source ${second}`)
    await send()
    expect(seen).toEqual([untouched])
  })

  test('is not seen by a branch that works on it later', async () => {
    const { clock, seen, send } = await rig(
      ['writes', 'later', 'sees'],
      ...['source later', 'source writes', 'later sees'],
    )
    void send()
    await clock.advance(100)
    expect(seen).toEqual([untouched])
  })

  test('is not seen by other user code', async () => {
    const { received, original, send } = await rig(['writes1', 'writes2'], 'source writes1', 'source writes2')
    await send()
    expect(received[0]?.payload).not.toBe(received[1]?.payload)
    expect(original).toEqual(untouched)
  })

  test('is not seen at the error port of a node before it', async () => {
    const { seen, send } = await rig(
      ['failsAfter', 'writes', 'sees'],
      ...['source failsAfter', 'failsAfter writes', 'failsAfter.error sees'],
    )
    await send()
    expect(seen).toMatchObject([untouched])
    expect(seen[0]?.payload).toEqual({ value: 1 })
  })

  test('is not seen where a message goes on that failed in other user code', async () => {
    const { seen, original, send } = await rig(
      ['throws', 'writes', 'sees'],
      ...['source throws', 'source sees', 'throws.error writes'],
    )
    await send()
    expect(original).toEqual(untouched)
    expect(seen).toEqual([untouched])
  })

  test('is not seen by the source of a node that only passes on', async () => {
    const { original, send } = await rig(['pass', 'writes'], 'source pass', 'pass writes')
    await send()
    expect(original).toEqual(untouched)
  })

  test('is not seen by who pokes it', async () => {
    const { engine } = await rig(['writes'])
    const payload = { value: 1 }
    await engine.poke('f', 'writes', 'in', { payload })
    expect(payload).toEqual({ value: 1 })
  })

  test('is not seen by who looks at the wires', async () => {
    const { engine, original, send } = await rig(['writes'], 'source writes')
    engine.observe('f', { portPassed() {} })
    await send()
    expect(original).toEqual(untouched)
  })
})

describe('a message that nobody else holds', () => {
  test('reaches user code without a copy', async () => {
    const { received, original, send } = await rig(
      ['writes1', 'writes2'],
      'source writes1',
      'writes1 writes2',
    )
    await send()
    expect(received.map((message) => message === original)).toEqual([true, true])
  })

  test('is copied from when a deploy adds a second wire', async () => {
    const { engine, original, send } = await rig(['writes'], 'source writes')
    const nodes = ['source', 'writes', 'sees'].map((name) => flowNode(name, name))
    await engine.deploy(drawing(nodes, 'source writes', 'source sees'))
    await send()
    expect(original).toEqual(untouched)
  })
})
