import { describe, expect, it } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { applyOperations } from '#flows/operations/apply-operation.ts'
import type { Change, OwnChange } from '#flows/operations/change.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Autosave, type SendAnswer } from './autosave.ts'
import { FlowDocument } from './flow-document.ts'

/** A server that takes what it gets, and answers as its switches say. The real one: `test/drafts`. */
class DraftServer {
  flow: Flow = emptyFlow('f', 'First')
  seq = 0
  isAway = false
  /** What was missed cannot be had. */
  isMute = false
  readonly requests: Change[] = []
  readonly #taken = new Map<string, OwnChange>()

  readonly send = async (change: Change): Promise<SendAnswer> => {
    this.requests.push(change)
    return this.isAway ? { kind: 'offline' } : { kind: 'taken', change: this.take(change) }
  }
  take(change: Change, by = 'me'): OwnChange {
    const before = this.#taken.get(change.id)
    if (before) return before
    const { flow, inverse } = applyOperations(this.flow, change.operations)
    this.flow = flow
    const taken = { ...change, by, inverse, seq: ++this.seq, etag: `v${this.seq}`, at: 0 }
    this.#taken.set(change.id, taken)
    return taken
  }
  readonly missed = async (seq: number) =>
    this.isMute ? undefined : { changes: [...this.#taken.values()].filter((change) => change.seq > seq) }
}

const theirs = (id: string, name: string): Change => ({
  ...{ id, step: id, label: { code: 'describe', count: 1 } },
  operations: [{ kind: 'set', target: { kind: 'flow' }, fields: { description: name } }],
})

function open(send?: (server: DraftServer) => (change: Change) => Promise<SendAnswer>) {
  const server = new DraftServer()
  const clock = new VirtualClock()
  const document = new FlowDocument(server.flow, { now: () => clock.now() })
  const autosave = new Autosave({
    ...{ document, clock, seq: 0, etag: 'v0', missed: server.missed },
    send: send?.(server) ?? server.send,
  })
  return { server, clock, document, autosave }
}

describe('autosave', () => {
  it('sends what is done at once, and gathers what is typed', async () => {
    const { server, clock, document, autosave } = open()
    for (const name of ['S', 'Se', 'Sec', 'Seco', 'Secon', 'Second']) {
      document.describe({ name })
      await clock.advance(20)
    }
    expect(autosave.state.kind).toBe('saving')
    await clock.advance(1_000)
    expect(server.flow.name).toBe('Second')
    expect(server.requests.length).toBe(2)
    expect(autosave.state.kind).toBe('saved')
  })

  it('keeps trying while the server is away, and says so', async () => {
    const { server, clock, document, autosave } = open()
    server.isAway = true
    document.describe({ name: 'Second' })
    await clock.advance(10_000)
    expect(autosave.state.kind).toBe('offline')
    server.isAway = false
    await clock.advance(20_000)
    expect(autosave.state.kind).toBe('saved')
    expect(server.flow.name).toBe('Second')
  })

  it('waits before it tries again where it cannot learn what others did before', async () => {
    const { server, clock, document, autosave } = open()
    server.isMute = true
    server.take(theirs('t1', 'Theirs'), 'they')
    document.describe({ name: 'Second' })
    await clock.advance(10_000)
    expect([autosave.state.kind, server.requests.length]).toEqual(['offline', 4])
    server.isMute = false
    await clock.advance(10_000)
    expect([autosave.state.kind, document.flow.name, document.flow.description]).toEqual([
      'saved',
      'Second',
      'Theirs',
    ])
  })

  it('sends again as soon as the channel is back', async () => {
    const { server, clock, document, autosave } = open()
    server.isAway = true
    document.describe({ name: 'Second' })
    await clock.advance(60_000)
    server.isAway = false
    autosave.meet({ seq: 0, etag: 'v0' })
    await clock.advance(10)
    expect(server.flow.name).toBe('Second')
  })

  it('takes in what others do, below what is on its way', async () => {
    const { server, clock, document, autosave } = open()
    server.isAway = true
    document.describe({ name: 'Mine' })
    autosave.take(server.take(theirs('t', 'Theirs'), 'ada'))
    expect(document.flow).toMatchObject({ name: 'Mine', description: 'Theirs' })
    server.isAway = false
    await clock.advance(10_000)
    expect(server.flow).toMatchObject({ name: 'Mine', description: 'Theirs' })
  })

  it('asks for what it has missed', async () => {
    const { server, clock, document, autosave } = open()
    server.take(theirs('one', 'One'), 'ada')
    autosave.take(server.take(theirs('two', 'Two'), 'ada'))
    await clock.advance(10)
    expect(document.flow.description).toBe('Two')
    expect(autosave).toMatchObject({ seq: 2, etag: 'v2' })
  })

  it('does the same change once, whether the answer or the channel is first, or the answer is lost', async () => {
    const { server, clock, document, autosave } = open((server) => async (change) => {
      const taken = server.take(change)
      autosave.take(taken)
      server.requests.push(change)
      return server.requests.length === 1 ? { kind: 'offline' } : { kind: 'taken', change: taken }
    })
    const id = document.addNode({ type: 'delay', version: 1, at: [0, 0] })
    await clock.advance(20_000)
    expect(autosave.state.kind).toBe('saved')
    expect(document.flow.nodes.map((node) => node.id)).toEqual([id])
    expect(server.flow.nodes).toHaveLength(1)
  })

  it('sends what was typed while a request was under way, before it says that all is there', async () => {
    const gate = Promise.withResolvers<void>()
    const { server, clock, document, autosave } = open((server) => async (change) => {
      await gate.promise
      return server.send(change)
    })
    document.describe({ name: 'One' })
    await clock.advance(1_000)
    document.describe({ name: 'Two' })
    expect(server.requests).toEqual([])
    gate.resolve()
    expect(await autosave.flush()).toBe(true)
    expect(server.flow.name).toBe('Two')
  })

  it('gives up what the server refuses, says why, and goes on', async () => {
    const refusals: SendAnswer[] = [{ kind: 'refused', message: 'Too large.' }]
    const { clock, document, autosave } = open(
      (server) => async (change) => refusals.pop() ?? server.send(change),
    )
    document.describe({ name: 'One' })
    await clock.advance(1_000)
    expect(autosave.state).toEqual({ kind: 'refused', message: 'Too large.' })
    expect(document.flow.name).toBe('First')
    expect(document.undo()).toBeUndefined()
    document.describe({ name: 'Two' })
    await clock.advance(1_000)
    expect(autosave.state.kind).toBe('saved')
  })
})
