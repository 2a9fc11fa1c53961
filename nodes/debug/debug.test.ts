import { expect, it } from 'vitest'
import { nodeRig } from '#rig/node-rig.ts'
import { debugRuntime } from './runtime.ts'

it('shows the whole message', async () => {
  const node = await nodeRig(debugRuntime)
  await node.send('in', { id: 'm', topic: 't', payload: 1, more: 2 })
  expect(node.shown).toEqual([{ id: 'm', topic: 't', payload: 1, more: 2 }])
})

it('shows one property, at the node as well', async () => {
  const node = await nodeRig(debugRuntime, { config: { property: 'payload.t', showStatus: true } })
  await node.send('in', { id: 'm', payload: { t: 21.5 } })
  expect(node.shown).toEqual([{ id: 'm', payload: 21.5, property: 'payload.t' }])
  expect(node.statuses.at(-1)).toMatchObject({ state: 'ok', text: '21.5' })
})

it('shows nothing when it is switched off', async () => {
  const node = await nodeRig(debugRuntime, { config: { active: false } })
  await node.send('in', { payload: 1 })
  expect(node.shown).toEqual([])
})
