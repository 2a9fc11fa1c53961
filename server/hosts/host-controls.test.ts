import { beforeEach, describe, expect, test } from 'vitest'
import { drawing, flowNode, nodeType, smallHouse, source } from '#rig/small-house.ts'
import { HostControls } from './host-controls.ts'

/** A source, two nodes that pass on, and one that takes what comes; of `late`, the second passes on after a second. */
async function rig({ isLate = false } = {}) {
  const feed = source()
  const taken: string[] = []
  const house = smallHouse([
    feed.runtime,
    nodeType('pass', (message, emit) => emit(message)),
    nodeType('late', (message, emit, after) => after(1_000, () => emit(message)).done),
    nodeType('take', ({ id }) => void taken.push(id)),
  ])
  const { engine, clock } = house
  const nodes = [
    flowNode('source', 'source'),
    flowNode('a', isLate ? 'late' : 'pass'),
    flowNode('b', 'pass'),
    flowNode('c', 'take'),
  ]
  const flow = drawing(nodes, 'source a', 'a b', 'b c')
  await engine.deploy(flow)
  const reports: unknown[] = []
  const controls = new HostControls({
    clock,
    control: (id, control) => engine.control(id, control),
    tell: (_, { stopped }) =>
      reports.push(stopped.map(({ wire, message, waiting }) => [wire, message.id, waiting])),
  })
  /** What became of each message that was sent. */
  const outcomes: Record<string, string> = {}
  const send = (id: string, payload: unknown = 1): void => {
    outcomes[id] = 'open'
    const sent = async (): Promise<void> => feed.send({ id, payload })
    sent().then(
      () => (outcomes[id] = 'done'),
      (error: { code: string }) => (outcomes[id] = error.code),
    )
  }
  const stopped = async (): Promise<unknown> => {
    await clock.advance(100)
    return reports.at(-1)
  }
  const stopAt = (...wires: readonly string[]): void =>
    controls.apply('f', { breakpoints: wires.map((wire) => ({ wire })), isSafe: false })
  return { engine, clock, flow, controls, reports, taken, outcomes, send, stopped, stopAt }
}
let r: Awaited<ReturnType<typeof rig>>
beforeEach(async () => {
  r = await rig()
})

describe('a message at a breakpoint', () => {
  test('stops and is unsettled, and what comes behind it waits', async () => {
    r.stopAt('a.out b.in')
    r.send('one')
    r.send('two')
    expect(await r.stopped()).toEqual([['a.out b.in', 'one', 1]])
    expect([r.taken, r.outcomes]).toEqual([[], { one: 'open', two: 'open' }])
  })

  test('goes on, and the next one stops', async () => {
    r.stopAt('a.out b.in')
    r.send('one')
    r.send('two')
    expect(r.controls.act('f', 1, 'continue')).toBe(true)
    expect(await r.stopped()).toEqual([['a.out b.in', 'two', 0]])
    expect([r.taken, r.outcomes]).toEqual([['one'], { one: 'done', two: 'open' }])
  })

  test('is dropped: it is done, and nobody gets it', async () => {
    r.stopAt('a.out b.in')
    r.send('one')
    r.controls.act('f', 1, 'drop')
    expect(await r.stopped()).toEqual([])
    expect([r.taken, r.outcomes]).toEqual([[], { one: 'done' }])
  })

  test('takes a step to the next wire, and others of that wire go on', async () => {
    r.stopAt('source.out a.in')
    r.send('one')
    r.controls.act('f', 1, 'step')
    expect(await r.stopped()).toEqual([['a.out b.in', 'one', 0]])
    r.controls.act('f', 2, 'step')
    expect(await r.stopped()).toEqual([['b.out c.in', 'one', 0]])
    r.controls.act('f', 3, 'step')
    expect(await r.stopped()).toEqual([])
    expect([r.taken, r.outcomes]).toEqual([['one'], { one: 'done' }])
  })

  test('takes a step also where a node keeps it for a while', async () => {
    r = await rig({ isLate: true })
    r.stopAt('source.out a.in')
    r.send('one')
    r.controls.act('f', 1, 'step')
    expect(await r.stopped()).toEqual([])
    await r.clock.advance(1_000)
    expect(await r.stopped()).toEqual([['a.out b.in', 'one', 0]])
  })

  test('is told to be gone before anybody could let it go again', async () => {
    r.stopAt('a.out b.in')
    r.send('one')
    await r.stopped()
    r.controls.act('f', 1, 'continue')
    expect(r.reports).toEqual([[['a.out b.in', 'one', 0]], []])
    await r.clock.advance(1_000)
    expect(r.reports).toHaveLength(2)
  })

  test('is acted upon once', () => {
    r.stopAt('a.out b.in')
    r.send('one')
    expect([1, 1, 2].map((number) => r.controls.act('f', number, 'continue'))).toEqual([true, false, false])
  })

  test('goes on with all others when nobody steers the flow any more', async () => {
    r.stopAt('a.out b.in', 'b.out c.in')
    for (const id of ['one', 'two', 'three']) r.send(id)
    r.controls.act('f', 1, 'continue')
    expect(r.taken).toEqual([])
    r.controls.apply('f', undefined)
    await r.clock.advance(0)
    expect(r.taken).toEqual(['one', 'two', 'three'])
    expect(r.outcomes).toEqual({ one: 'done', two: 'done', three: 'done' })
    expect(r.clock.planned).toBe(0)
  })

  test('goes on when its breakpoint is taken away', async () => {
    r.stopAt('source.out a.in', 'a.out b.in')
    r.send('one')
    r.stopAt('a.out b.in')
    expect(await r.stopped()).toEqual([['a.out b.in', 'one', 0]])
  })

  test('stays over a deploy, and is given back where its wire is gone', async () => {
    r.stopAt('a.out b.in')
    r.send('one')
    await r.engine.deploy({ ...r.flow, name: 'Other' })
    expect(await r.stopped()).toEqual([['a.out b.in', 'one', 0]])
    await r.engine.deploy({ ...r.flow, wires: r.flow.wires.slice(0, 1) })
    expect(await r.stopped()).toEqual([])
    expect(r.outcomes).toEqual({ one: 'NODE_STOPPED' })
  })

  test('is given back when the flow stops', async () => {
    r.stopAt('a.out b.in')
    r.send('one')
    r.send('two')
    await r.engine.stop('f')
    expect([r.taken, r.outcomes]).toEqual([[], { one: 'NODE_STOPPED', two: 'NODE_STOPPED' }])
  })
})

test('a breakpoint with several conditions stops what meets all of them', async () => {
  const conditions = [
    { property: 'payload.t', operator: '>', value: 20 },
    { property: 'payload.t', operator: '<', value: 30 },
  ] as const
  const condition = { match: 'all', conditions } as const
  r.controls.apply('f', { breakpoints: [{ wire: 'a.out b.in', condition }], isSafe: false })
  for (const t of [5, 35, 25]) r.send(`t${t}`, { t })
  expect(await r.stopped()).toEqual([['a.out b.in', 't25', 0]])
  expect(r.taken).toEqual(['t5', 't35'])
})

test('a breakpoint with a condition stops only what meets it', async () => {
  const condition = { property: 'payload.t', operator: '>', value: 20 } as const
  r.controls.apply('f', { breakpoints: [{ wire: 'a.out b.in', condition }], isSafe: false })
  r.send('cold', { t: 5 })
  r.send('other', 'text')
  r.send('hot', { t: 25 })
  r.send('waits', { t: 5 })
  expect(await r.stopped()).toEqual([['a.out b.in', 'hot', 1]])
  expect(r.taken).toEqual(['cold', 'other'])
  r.controls.act('f', 1, 'continue')
  expect(r.taken).toEqual(['cold', 'other', 'hot', 'waits'])
})

test('no more wait than a flow may have in its hands', async () => {
  r.stopAt('a.out b.in')
  for (let count = 0; count <= 2_000; count++) r.send(`m${count}`)
  await r.clock.advance(0)
  expect([r.outcomes['m1999'], r.outcomes['m2000']]).toEqual(['open', 'BREAKPOINT_FULL'])
})
