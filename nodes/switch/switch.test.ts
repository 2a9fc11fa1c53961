import { expect, it } from 'vitest'
import { outputsOf } from '#kit/define-node.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { switchNode } from './definition.ts'
import { switchRuntime } from './runtime.ts'

const rules = [
  { operator: '<', value: 0 },
  { operator: 'between', value: 0, value2: 25 },
  { operator: '<', value: 10 },
]

it('sends to the first rule that holds, and the rest to "else"', async () => {
  const node = await nodeRig(switchRuntime, { config: { rules } })
  for (const payload of [-5, 5, 30, 'warm']) await node.send('in', { payload })
  expect(node.sent.map(({ port, message }) => [port, message.payload])).toEqual([
    ['out1', -5],
    ['out2', 5],
    ['else', 30],
    ['else', 'warm'],
  ])
})

it('sends to every rule that holds on request', async () => {
  const node = await nodeRig(switchRuntime, { config: { rules, match: 'all' } })
  await node.send('in', { payload: 5 })
  expect(node.sent.map(({ port }) => port)).toEqual(['out2', 'out3'])
})

it('looks at the property it is told to', async () => {
  const node = await nodeRig(switchRuntime, {
    config: { property: 'payload.on', rules: [{ operator: 'true' }] },
  })
  await node.send('in', { payload: { on: true } })
  expect(node.payloads('out1')).toEqual([{ on: true }])
})

it('says at each output what leads there', () => {
  const ports = outputsOf(switchNode, switchNode.config.parse({ rules }))
  expect(Object.values(ports).map(({ title }) => title)).toEqual(['< 0', '0 … 25', '< 10', 'Else', 'Error'])
})
