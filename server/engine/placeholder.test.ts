import { expect, test } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { flowRig } from '#rig/flow-rig.ts'

test('what a node is told that cannot run stays untold', async () => {
  const node = { id: 'n', type: 'from-the-future', at: [0, 0] as [number, number], config: {} }
  await using rig = await flowRig({ ...emptyFlow('f', 'F'), nodes: [node] })
  const news = { kind: 'failed', post: 1, target: 'x', keep: 0, error: { code: 'X', message: 'X.' } } as const
  await expect(rig.engine.tell('f', 'n', news)).rejects.toMatchObject({ code: 'NODE_CANNOT_RUN' })
})
