import { expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { type FlowRig, flowRig } from '#rig/flow-rig.ts'

/** A delay or what else stands in its place, and what is behind it. */
const drawing = (type: string | undefined, config: Record<string, unknown> = {}): Flow => ({
  ...emptyFlow('house', 'House'),
  nodes: [
    ...(type ? [{ id: 'wait', type, at: [0, 0] as [number, number], config }] : []),
    { id: 'seen', type: 'debug', at: [0, 0], config: {} },
  ],
  wires: type ? [['wait.out', 'seen.in']] : [],
})

const seen = ({ passed }: FlowRig) => passed.get('seen.in')?.map(({ payload }) => payload)
const letters = ({ services }: FlowRig) =>
  services.deadLetters.letters.map(({ place, message, error }) => [place.node, message.payload, error.code])

async function holding() {
  const rig = await flowRig(drawing('delay', { delayMs: 10_000 }))
  void rig.send('wait.in', { payload: 1 })
  void rig.send('wait.in', { payload: 2 })
  await rig.clock.advance(2_000)
  return rig
}

test('gives up what waits in a node that is removed', async () => {
  await using rig = await holding()
  await rig.engine.deploy(drawing(undefined))
  expect(letters(rig)).toEqual([
    ['wait', 1, 'HELD_NODE_GONE'],
    ['wait', 2, 'HELD_NODE_GONE'],
  ])
})

test('gives up what waits in a node that becomes one of another type, which begins with nothing', async () => {
  await using rig = await holding()
  await rig.engine.deploy(drawing('debounce', { quietMs: 1_000 }))
  await rig.clock.advance(60_000)
  expect([letters(rig).length, seen(rig)]).toEqual([2, undefined])
  await rig.engine.deploy(drawing('delay'))
  await rig.clock.advance(60_000)
  expect([letters(rig).length, seen(rig)]).toEqual([2, undefined])
})

test('keeps what waits when a deploy to another type fails', async () => {
  await using rig = await holding()
  await expect(rig.engine.deploy(drawing('function', { code: '(' }))).rejects.toThrow()
  await rig.clock.advance(8_000)
  expect([letters(rig), seen(rig)]).toEqual([[], [1, 2]])
})

test('goes on after a stop and a start, and gives up then what is for no node of this type', async () => {
  await using rig = await holding()
  await rig.engine.stop('house')
  await rig.engine.deploy(drawing('delay', { delayMs: 1 }))
  await rig.clock.advance(8_000)
  expect(seen(rig)).toEqual([1, 2])
  void rig.send('wait.in', { payload: 3 })
  await rig.engine.stop('house')
  await rig.engine.deploy(drawing('filter', { conditions: [] }))
  expect(letters(rig)).toEqual([['wait', 3, 'HELD_NODE_GONE']])
})

test('tries again what was on its way into a node that was just replaced', async () => {
  const behind = (code: string): Flow => ({
    ...drawing('delay', { delayMs: 1_000 }),
    nodes: [...drawing('delay', { delayMs: 1_000 }).nodes.slice(0, 1), fn(code)],
  })
  await using rig = await flowRig(behind('await new Promise(() => {})'))
  void rig.send('wait.in', { payload: 1 })
  await rig.clock.advance(1_500)
  await rig.engine.deploy(behind('return message'))
  await rig.clock.advance(1_500)
  expect(rig.passed.get('seen.out')).toMatchObject([{ payload: 1, repeated: true }])
  expect(letters(rig)).toEqual([])
})

const fn = (code: string): Flow['nodes'][number] => ({
  ...{ id: 'seen', type: 'function', at: [0, 0] },
  config: { code },
})
