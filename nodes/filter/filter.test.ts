import { expect, it } from 'vitest'
import { nodeRig } from '#rig/node-rig.ts'
import { filterRuntime } from './runtime.ts'

const rig = (config: Record<string, unknown>, more: object = {}) =>
  nodeRig(filterRuntime, { config, ...more })

it('passes on only what has changed by default', async () => {
  const node = await nodeRig(filterRuntime)
  for (const payload of [1, 1, 2, '2', { a: 1 }, { a: 1 }]) await node.send('in', { payload })
  expect(node.out).toEqual([1, 2, { a: 1 }])
})

it('asks for all or for any condition', async () => {
  const conditions = [
    { operator: '>', value: 20 },
    { property: 'topic', operator: 'matches', value: '^kitchen/' },
  ]
  const all = await rig({ conditions })
  const any = await rig({ conditions, match: 'any' })
  for (const node of [all, any])
    for (const [topic, payload] of [
      ['kitchen/a', 25],
      ['kitchen/b', 15],
      ['attic/c', 30],
      ['attic/d', 5],
    ] as const)
      await node.send('in', { topic, payload })
  expect([all.out, any.out]).toEqual([[25], [25, 15, 30]])
})

it('measures a dead band against the last value that passed', async () => {
  const node = await rig({ conditions: [{ operator: 'changed by', value: 1 }] })
  for (const payload of [20, 20.9, 21, 21.1, 20.2, 20.05]) await node.send('in', { payload })
  expect(node.out).toEqual([20, 21.1, 20.05])
})

it('notices a return to an old value even if what lay between was not passed', async () => {
  const node = await rig({ conditions: [{ operator: 'changed' }, { operator: '>', value: 20 }] })
  for (const payload of [25, 25, 15, 25]) await node.send('in', { payload })
  expect(node.out).toEqual([25, 25])
})

it('keeps topics apart on request', async () => {
  const node = await rig({ perTopic: true })
  for (const topic of ['a', 'b', 'a']) await node.send('in', { topic, payload: 1 })
  expect(node.sent.map(({ message }) => message.topic)).toEqual(['a', 'b'])
})

it('sends what does not pass to a second output on request', async () => {
  const node = await rig({ conditions: [{ operator: 'true' }], rejected: true })
  for (const payload of [true, false]) await node.send('in', { payload })
  expect([node.out, node.payloads('rejected')]).toEqual([[true], [false]])
})

it('remembers over a restart', async () => {
  const before = await rig({})
  await before.send('in', { payload: 1 })
  const after = await rig({}, { state: before.state })
  await after.send('in', { payload: 1 })
  expect([before.out, after.out]).toEqual([[1], []])
})

it('lets a message try again that failed behind it', async () => {
  let isDown = true
  const node = await rig(
    {},
    {
      downstream: async () => {
        if (isDown) throw new Error('down')
      },
    },
  )
  await expect(node.send('in', { payload: 1 })).rejects.toThrow('down')
  isDown = false
  await node.send('in', { payload: 1 })
  await node.send('in', { payload: 1 })
  expect(node.out).toEqual([1, 1])
})

it('does not start with a condition that makes no sense', async () => {
  const conditions = [{ operator: 'changed' }, { operator: 'matches', value: '(a' }]
  await expect(rig({ conditions })).rejects.toMatchObject({
    code: 'CONDITION_PATTERN',
    field: 'conditions.1.value',
  })
})
