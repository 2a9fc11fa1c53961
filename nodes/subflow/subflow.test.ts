import { expect, it } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { flowRig } from '#rig/flow-rig.ts'

const counting: NonNullable<Flow['subflows']>[number] = {
  id: 'count',
  name: 'Count',
  description: '',
  env: { step: 1 },
  nodes: [
    { id: 'in', type: 'subflow-input', at: [0, 0], config: {} },
    {
      id: 'sum',
      type: 'function',
      at: [0, 0],
      config: {
        code: "if (message.payload === 'no') throw new Error('no')\nstate.n = (state.n ?? 0) + env.step\nreturn { ...message, payload: state.n }",
      },
    },
    { id: 'out', type: 'subflow-output', at: [0, 0], config: {} },
  ],
  wires: [
    ['in.out', 'sum.in'],
    ['sum.out', 'out.in'],
  ],
  groups: [],
}

const flow = (): Flow => ({
  ...emptyFlow('house', 'House'),
  nodes: [
    { id: 'ones', type: 'subflow', at: [0, 0], config: { subflow: 'count' } },
    { id: 'tens', type: 'subflow', at: [0, 0], config: { subflow: 'count', values: { step: 10 } } },
    { id: 'sink', type: 'debug', at: [0, 0], config: {} },
    { id: 'errors', type: 'debug', at: [0, 0], config: {} },
  ],
  wires: [
    ['ones.out', 'sink.in'],
    ['tens.out', 'sink.in'],
    ['tens.error', 'errors.in'],
  ],
  subflows: [counting],
})
type Rig = Awaited<ReturnType<typeof flowRig>>
const payloads = (rig: Rig, place: string) => rig.passed.get(place)?.map(({ payload }) => payload)

it('has its own state and its own values wherever it stands', async () => {
  await using rig = await flowRig(flow())
  for (const to of ['ones.in', 'tens.in', 'ones.in', 'tens.in']) await rig.send(to, { payload: 'go' })
  expect(payloads(rig, 'sink.in')).toEqual([1, 10, 2, 20])
})

it('lets itself be looked at, outside by its ports and inside by where it stands', async () => {
  await using rig = await flowRig(flow())
  await rig.send('ones.in', { payload: 'go' })
  for (const place of ['ones.in', 'ones/in.out', 'ones/sum.in']) expect(payloads(rig, place)).toEqual(['go'])
  for (const place of ['ones/sum.out', 'ones/out.in', 'ones.out', 'sink.in'])
    expect(payloads(rig, place)).toEqual([1])
})

it('takes a message at a node inside', async () => {
  await using rig = await flowRig(flow())
  await rig.send('tens/sum.in', { payload: 'go' })
  expect(payloads(rig, 'tens.out')).toEqual([10])
})

it('sends what fails inside by its error output, if that leads anywhere', async () => {
  await using rig = await flowRig(flow())
  await rig.send('tens.in', { payload: 'no' })
  expect(payloads(rig, 'errors.in')).toEqual(['no'])
  expect(rig.passed.get('errors.in')?.[0]?.['error']).toMatchObject({
    node: 'tens/sum',
    nodeName: 'Count › sum',
  })
  await expect(rig.send('ones.in', { payload: 'no' })).rejects.toMatchObject({ code: 'FUNCTION_THROW' })
})

it('answers when all inside and behind it is done', async () => {
  await using rig = await flowRig({
    ...flow(),
    subflows: [
      {
        ...counting,
        nodes: counting.nodes.map((node) =>
          node.id === 'sum' ? { ...node, config: { code: 'await clock.sleep(1000)\nreturn message' } } : node,
        ),
      },
    ],
  })
  const sent = rig.send('ones.in', { payload: 'go' })
  let isDone = false
  void sent.then(() => (isDone = true))
  await rig.clock.advance(500)
  expect(isDone).toBe(false)
  await rig.clock.advance(600)
  await sent
  expect(payloads(rig, 'sink.in')).toEqual(['go'])
})

it('tells an error node inside of the failures in its own place alone', async () => {
  const listening: Flow = {
    ...flow(),
    wires: [],
    subflows: [
      {
        ...counting,
        nodes: [
          ...counting.nodes,
          { id: 'heard', type: 'on-error', at: [0, 0], config: {} },
          { id: 'note', type: 'debug', at: [0, 0], config: {} },
        ],
        wires: [...counting.wires, ['heard.out', 'note.in']],
      },
    ],
  }
  await using rig = await flowRig(listening)
  await rig.send('ones.in', { payload: 'no' })
  expect([rig.passed.has('ones/note.in'), rig.passed.has('tens/note.in')]).toEqual([true, false])
})

it('says at the node that there is nothing to stand for', async () => {
  await using rig = await flowRig({ ...flow(), subflows: [] })
  expect(rig.engine.statuses('house').get('ones')).toMatchObject({ state: 'error', code: 'SUBFLOW_EMPTY' })
})
