import { expect, it } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { flowRig } from '#rig/flow-rig.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { onErrorRuntime } from './runtime.ts'

const failure = { node: 'a', nodeName: 'A', code: 'X', message: 'It broke.' }
const cause = { id: 'm', payload: 1 }

it('sends what failed, where, and on which message', async () => {
  const node = await nodeRig(onErrorRuntime)
  await node.node.handleError({ ...failure, cause })
  expect(node.sent).toMatchObject([{ port: 'out', message: { payload: 'It broke.', error: failure, cause } }])
})

it('takes only errors of the nodes that it was asked about', async () => {
  const node = await nodeRig(onErrorRuntime, { config: { nodes: ['b'] } })
  expect([failure, { ...failure, node: 'b' }].map((one) => node.node.takesError(one))).toEqual([false, true])
})

it('does not settle what no error node takes', async () => {
  const flow = emptyFlow('house', 'House')
  flow.nodes.push(
    { id: 'broken', type: 'function', at: [0, 0], config: { code: "throw new Error('no')" } },
    { id: 'errors', type: 'on-error', at: [0, 0], config: { nodes: ['other'] } },
  )
  await using rig = await flowRig(flow)
  await expect(rig.send('broken.in', { payload: 1 })).rejects.toMatchObject({ code: 'FUNCTION_THROW' })
  expect(rig.passed.get('errors.out')).toBeUndefined()
})
