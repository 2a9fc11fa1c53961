import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyFlow, type Flow, type FlowNode, wireKey } from '#flows/flow.ts'
import { FlowDocument } from './flow-document.ts'
import { copyFragment } from './fragment.ts'
import { readFragment } from './read-fragment.ts'

const node = (id: string, at: [number, number] = [0, 0]): FlowNode => ({ id, type: 'delay', at, config: {} })

const doorAlarm = (): Flow => ({
  ...emptyFlow('door-alarm', 'Door alarm'),
  nodes: [node('bell', [80, 120]), node('quiet', [320, 120]), node('phone', [560, 120])],
  wires: [
    ['bell.out', 'quiet.in'],
    ['quiet.out', 'phone.in'],
  ],
})

const open = (flow = doorAlarm()) => {
  const time = { now: 0 }
  return { time, document: new FlowDocument(flow, { now: () => time.now }) }
}

/** Something a person does, on whatever stands at that moment. */
type Action = (document: FlowDocument) => void

const pick = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length]

const place = fc.tuple(fc.integer({ min: -800, max: 800 }), fc.integer({ min: -800, max: 800 }))
const index = fc.nat({ max: 50 })

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(fc.constantFrom('delay', 'filter'), place).map(
    ([type, at]): Action =>
      (document) =>
        document.addNode({ type, version: 1, at }),
  ),
  fc.tuple(index, index).map(
    ([from, to]): Action =>
      (document) => {
        const [start, end] = [pick(document.flow.nodes, from), pick(document.flow.nodes, to)]
        if (start && end) document.connect([`${start.id}.out`, `${end.id}.in`])
      },
  ),
  fc.tuple(fc.array(index, { maxLength: 4 }), fc.array(index, { maxLength: 3 })).map(
    ([nodes, wires]): Action =>
      (document) => {
        const { flow } = document
        document.remove({
          nodes: new Set(nodes.flatMap((at) => pick(flow.nodes, at)?.id ?? [])),
          wires: new Set(wires.flatMap((at) => pick(flow.wires.map(wireKey), at) ?? [])),
        })
      },
  ),
  fc.tuple(index, place).map(
    ([at, to]): Action =>
      (document) => {
        const moved = pick(document.flow.nodes, at)
        if (moved) document.move({ [moved.id]: to })
      },
  ),
  fc.tuple(index, fc.constantFrom('delayMs', 'topic'), fc.option(fc.jsonValue(), { nil: undefined })).map(
    ([at, field, value]): Action =>
      (document) => {
        const changed = pick(document.flow.nodes, at)
        if (changed) document.configure(changed.id, { [field]: value })
      },
  ),
  fc.tuple(index, fc.string({ maxLength: 8 })).map(
    ([at, name]): Action =>
      (document) => {
        const renamed = pick(document.flow.nodes, at)
        if (renamed) document.rename(renamed.id, name)
      },
  ),
  fc
    .option(
      fc.dictionary(fc.constantFrom('city', 'limit'), fc.oneof(fc.string(), fc.boolean(), fc.nat()), {
        noNullPrototype: true,
      }),
      { nil: undefined },
    )
    .map(
      (env): Action =>
        (document) =>
          document.setEnv(env),
    ),
  fc.string({ minLength: 1, maxLength: 8 }).map(
    (name): Action =>
      (document) =>
        document.describe({ name }),
  ),
  fc.tuple(fc.array(index, { minLength: 1, maxLength: 5 }), place).map(
    ([nodes, at]): Action =>
      (document) => {
        const { nodes: standing } = document.drawing
        const copied = copyFragment(document, {
          nodes: new Set(nodes.flatMap((which) => pick(standing, which)?.id ?? [])),
        })
        const fragment = readFragment(copied)
        if (fragment.ok) document.paste(fragment.value, at)
      },
  ),
  fc.constant<Action>((document) => document.replace(doorAlarm(), 'restore')),
)
const actions = fc.array(fc.tuple(action, fc.nat({ max: 3_000 })), { maxLength: 40 })

function perform(steps: readonly (readonly [Action, number])[]) {
  const { document, time } = open()
  for (const [act, pauseMs] of steps) {
    act(document)
    time.now += pauseMs
  }
  return document
}

const undoAll = (document: FlowDocument) => {
  while (document.undo());
}
const redoAll = (document: FlowDocument) => {
  while (document.redo());
}

describe('any sequence of edits', () => {
  it('is taken back by undo, to the last field', () => {
    fc.assert(
      fc.property(actions, (steps) => {
        const document = perform(steps)
        undoAll(document)
        expect(document.flow).toEqual(doorAlarm())
      }),
    )
  })

  it('comes back by redo', () => {
    fc.assert(
      fc.property(actions, (steps) => {
        const document = perform(steps)
        const { flow } = document
        undoAll(document)
        redoAll(document)
        expect(document.flow).toEqual(flow)
      }),
    )
  })

  it('never gives an id twice, nor a wire twice, nor a wire without its nodes', () => {
    fc.assert(
      fc.property(actions, (steps) => {
        const { flow } = perform(steps)
        const ids = new Set(flow.nodes.map(({ id }) => id))
        expect(ids.size).toBe(flow.nodes.length)
        expect(new Set(flow.wires.map(wireKey)).size).toBe(flow.wires.length)
        expect(flow.wires.flat().every((end) => ids.has(end.split('.')[0] ?? ''))).toBe(true)
      }),
    )
  })
})

describe('undo', () => {
  it('takes a burst of typing as one step', () => {
    const { document, time } = open()
    for (const topic of ['h', 'ho', 'hom', 'home']) {
      document.configure('bell', { topic })
      time.now += 200
    }
    document.undo()
    expect(document.flow).toEqual(doorAlarm())
  })

  it('takes typing after a pause as a step of its own', () => {
    const { document, time } = open()
    document.configure('bell', { topic: 'home' })
    time.now += 5_000
    document.configure('bell', { topic: 'home/door' })
    document.undo()
    expect(document.node('bell')?.config).toEqual({ topic: 'home' })
  })

  it('takes typing in another field as a step of its own', () => {
    const { document } = open()
    document.configure('bell', { topic: 'home' })
    document.configure('bell', { qos: 1 })
    document.undo()
    expect(document.node('bell')?.config).toEqual({ topic: 'home' })
  })

  it('names what it takes back', () => {
    const { document } = open()
    document.remove({ nodes: new Set(['bell', 'quiet']), wires: new Set() })
    expect(document.store.getState().undo).toEqual({ code: 'remove', count: 2 })
    expect(document.undo()).toEqual({ code: 'remove', count: 2 })
    expect(document.store.getState()).toMatchObject({ undo: undefined, redo: { code: 'remove', count: 2 } })
  })

  it('does not count an edit that changes nothing', () => {
    const { document } = open()
    document.move({ bell: [80, 120] })
    document.rename('bell', undefined)
    document.connect(['bell.out', 'quiet.in'])
    expect(document.store.getState().undo).toBeUndefined()
  })

  it('leaves nothing to redo after another edit', () => {
    const { document } = open()
    document.rename('bell', 'Bell')
    document.undo()
    document.rename('bell', 'Gong')
    expect(document.redo()).toBeUndefined()
  })
})

describe('the selection', () => {
  it('stands beside the log', () => {
    const { document } = open()
    document.select({ nodes: ['bell'] })
    expect(document.undo()).toBeUndefined()
    expect([...document.selection.nodes]).toEqual(['bell'])
  })

  it('loses what is removed', () => {
    const { document } = open()
    document.select({ nodes: ['bell', 'quiet'], wires: ['bell.out quiet.in'] })
    document.remove({ nodes: new Set(['bell']), wires: new Set() })
    expect(document.selection).toMatchObject({ nodes: new Set(['quiet']), wires: new Set() })
  })
})

describe('pasting', () => {
  const paste = (document: FlowDocument, text: string) => {
    const fragment = readFragment(text)
    return fragment.ok ? document.paste(fragment.value, [8, 8]) : fragment.problems
  }

  it('gives new ids and keeps the wires inside the selection', () => {
    const { document } = open()
    const ids = paste(document, copyFragment(document, { nodes: new Set(['bell', 'quiet']) }))
    expect(ids).toEqual(['bell-2', 'quiet-2'])
    expect(document.flow.wires.at(-1)).toEqual(['bell-2.out', 'quiet-2.in'])
    expect(document.flow.wires).toHaveLength(3)
    expect([...document.selection.nodes]).toEqual(ids)
  })

  it('puts the corner where it was asked for, and beside what was pasted there before', () => {
    const { document } = open()
    const text = copyFragment(document, { nodes: new Set(['quiet']) })
    paste(document, text)
    paste(document, text)
    expect(document.flow.nodes.slice(3).map(({ at }) => at)).toEqual([
      [8, 8],
      [32, 32],
    ])
  })

  it('reads a flow out of a fenced block', () => {
    const { document } = open()
    const text = copyFragment(document, { nodes: new Set(['bell']) })
    expect(paste(document, `Try this:\n\`\`\`json\n${text}\`\`\`\nIt rings.`)).toEqual(['bell-2'])
  })

  it('says what is wrong with a text that is no flow', () => {
    const { document } = open()
    expect(paste(document, 'hello')).toMatchObject([{ code: 'FILE_NOT_JSON' }])
  })
})

describe('a document to look at', () => {
  const look = () => new FlowDocument(doorAlarm(), { now: () => 0, isReadOnly: true })

  it('is not changed by what a person does', () => {
    const document = look()
    document.remove({ nodes: new Set(['bell']), wires: new Set() })
    document.rename('bell', 'Gong')
    document.move({ bell: [0, 0] })
    document.addNode({ type: 'delay', version: 1, at: [0, 0] })
    expect(document.flow).toEqual(doorAlarm())
  })

  it('takes in what others do', () => {
    const document = look()
    document.receive({
      ...{ id: 'c', step: 'c', seq: 1, etag: 'e', at: 0, by: 'ada', label: { code: 'describe', count: 1 } },
      operations: [{ kind: 'set', target: { kind: 'flow' }, fields: { name: 'Gong' } }],
    })
    expect(document.flow.name).toBe('Gong')
    expect(document.undo()).toBeUndefined()
  })
})
