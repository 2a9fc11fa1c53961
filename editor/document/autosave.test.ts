import { describe, expect, it } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Autosave, type SaveAnswer } from './autosave.ts'
import { FlowDocument } from './flow-document.ts'

/** A server that holds one draft, and answers as its switches say. */
class DraftServer {
  flow: Flow = emptyFlow('f', 'First')
  version = 1
  isAway = false
  requests = 0

  get etag(): string {
    return `"${this.version}"`
  }
  store(flow: Flow): void {
    this.flow = flow
    this.version++
  }
  readonly save = async (flow: Flow, etag: string | undefined): Promise<SaveAnswer> => {
    this.requests++
    if (this.isAway) return { kind: 'offline' }
    if (etag !== undefined && etag !== this.etag) return { kind: 'conflict' }
    this.store(flow)
    return { kind: 'saved', etag: this.etag }
  }
}

function open(
  answer?: (server: DraftServer) => (...request: Parameters<DraftServer['save']>) => Promise<SaveAnswer>,
) {
  const server = new DraftServer()
  const clock = new VirtualClock()
  const document = new FlowDocument(server.flow, { now: () => clock.now() })
  const autosave = new Autosave({ document, etag: server.etag, save: answer?.(server) ?? server.save, clock })
  return { server, clock, document, autosave }
}

describe('autosave', () => {
  it('saves once the person pauses, in one request', async () => {
    const { server, clock, document, autosave } = open()
    document.describe({ name: 'Se' })
    await clock.advance(100)
    document.describe({ name: 'Second' })
    expect(autosave.state.kind).toBe('unsaved')
    await clock.advance(1_000)
    expect(server).toMatchObject({ requests: 1, flow: { name: 'Second' } })
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

  it('stops at a conflict, and saves over it when told to', async () => {
    const { server, clock, document, autosave } = open()
    server.store(emptyFlow('f', 'Theirs'))
    document.describe({ name: 'Mine' })
    await clock.advance(1_000)
    expect(autosave.state.kind).toBe('conflict')
    document.describe({ name: 'Mine, still' })
    await clock.advance(60_000)
    expect(server.flow.name).toBe('Theirs')
    await autosave.overwrite()
    expect(server.flow.name).toBe('Mine, still')
    expect(autosave.state.kind).toBe('saved')
  })

  it('takes over what somebody else has saved; undo brings the own version back and saves it', async () => {
    const { server, clock, document, autosave } = open()
    server.store(emptyFlow('f', 'Theirs'))
    document.describe({ name: 'Mine' })
    await clock.advance(1_000)
    autosave.accept(server.flow, server.etag)
    expect(document.flow.name).toBe('Theirs')
    await clock.advance(1_000)
    expect(server.version).toBe(2)
    document.undo()
    await clock.advance(1_000)
    expect(server.flow.name).toBe('Mine')
  })

  it('saves what was typed while a request was under way', async () => {
    const gate = Promise.withResolvers<void>()
    const { server, clock, document, autosave } = open((server) => async (flow, etag) => {
      await gate.promise
      return server.save(flow, etag)
    })
    document.describe({ name: 'One' })
    await clock.advance(1_000)
    document.describe({ name: 'Two' })
    await clock.advance(1_000)
    expect(server.requests).toBe(0)
    gate.resolve()
    expect(await autosave.flush()).toBe(true)
    expect(server).toMatchObject({ requests: 2, flow: { name: 'Two' } })
  })

  it('shows why the server refused, and tries again after the next edit', async () => {
    const refusals: SaveAnswer[] = [{ kind: 'refused', message: 'Too large.' }]
    const { clock, document, autosave } = open(
      (server) => async (flow, etag) => refusals.pop() ?? server.save(flow, etag),
    )
    document.describe({ name: 'One' })
    await autosave.flush()
    expect(autosave.state).toEqual({ kind: 'refused', message: 'Too large.' })
    document.describe({ name: 'Two' })
    await clock.advance(1_000)
    expect(autosave.state.kind).toBe('saved')
  })

  it('has nothing to save once undo is back at what the server has', async () => {
    const { server, document, autosave } = open()
    document.replace(emptyFlow('f', 'Another'), 'import')
    document.undo()
    expect(autosave.state.kind).toBe('saved')
    expect(await autosave.flush()).toBe(true)
    expect(server.requests).toBe(0)
  })
})
