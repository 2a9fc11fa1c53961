import { expect, test } from 'vitest'
import { bridgeBody } from './bridge.ts'
import { bridgeRig } from './rig/bridge-rig.ts'

const body = bridgeBody.parse({
  ...{ name: 'Cloud', enabled: false, connection: 'far', maps: [{ direction: 'out', filter: 'a/#' }] },
})

test('a bridge that was deleted comes back by its id as it was set up; one that was changed goes back', async () => {
  await using rig = await bridgeRig()
  rig.connections.set('far', { host: '127.0.0.1', port: 9 })
  const { id } = await rig.bridges.add(body)
  expect(rig.bridges.kept(id)).toEqual(body)
  await rig.bridges.change(id, { ...body, name: 'Sky' })
  await rig.bridges.restore(id, body)
  expect(rig.bridges.list()).toEqual([{ id, ...body }])
  await rig.bridges.remove(id)
  expect(rig.bridges.kept(id)).toBeUndefined()
  await rig.bridges.restore(id, body)
  expect(rig.bridges.list()).toEqual([{ id, ...body }])
  await rig.bridges.restore(id, undefined)
  expect(rig.bridges.list()).toEqual([])
})

test('it does not come back over a connection that is gone, or under a name that another has', async () => {
  await using rig = await bridgeRig()
  rig.connections.set('far', { host: '127.0.0.1', port: 9 })
  await rig.bridges.add(body)
  await expect(rig.bridges.restore('other', body)).rejects.toMatchObject({ code: 'BRIDGE_NAME_TAKEN' })
  rig.connections.clear()
  const renamed = { ...body, name: 'Sky' }
  await expect(rig.bridges.restore('other', renamed)).rejects.toMatchObject({ code: 'BRIDGE_CONNECTION' })
})
