import { expect, it } from 'vitest'
import { nodeRig } from '#rig/node-rig.ts'
import { onErrorRuntime } from './runtime.ts'

const failure = { node: 'a', nodeName: 'A', code: 'X', message: 'It broke.' }
const cause = { id: 'm', payload: 1 }

it('sends what failed, where, and on which message', async () => {
  const node = await nodeRig(onErrorRuntime)
  await node.node.handleError({ ...failure, cause })
  expect(node.sent).toMatchObject([{ port: 'out', message: { payload: 'It broke.', error: failure, cause } }])
})

it('leaves out nodes that it was not asked about', async () => {
  const node = await nodeRig(onErrorRuntime, { config: { nodes: ['b'] } })
  await node.node.handleError(failure)
  await node.node.handleError({ ...failure, node: 'b' })
  expect(node.sent.map(({ message }) => message['error'])).toEqual([{ ...failure, node: 'b' }])
})
