import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { flowNamed, storeRig } from './store-rig.ts'

test('any sequence of changes leaves what a plain object would hold', async () => {
  await using rig = storeRig()
  const { flows, nodeState } = await rig.open()
  const key = fc.constantFrom('a', 'b', 'c', '__proto__', '')
  const value = fc.option(fc.jsonValue(), { nil: undefined })
  const changes = fc.array(fc.array(fc.tuple(key, value), { maxLength: 4 }), { maxLength: 6 })
  let node = 0
  await flows.put(flowNamed('bell'))
  await fc.assert(
    fc.asyncProperty(changes, async (saves) => {
      const name = `node-${node++}`
      const model = new Map<string, unknown>()
      for (const entries of saves) {
        await nodeState.save('bell', name, Object.fromEntries(entries))
        for (const [key, value] of new Map(entries)) {
          if (value === undefined) model.delete(key)
          else model.set(key, JSON.parse(JSON.stringify(value)))
        }
      }
      expect(new Map(Object.entries(nodeState.load('bell', name)))).toEqual(model)
    }),
    { numRuns: 60 },
  )
})

const circle: unknown[] = []
circle.push(circle)

test.each([
  ['a function', () => 1],
  ['a circle', circle],
  ['a bigint', 1n],
] as const)('%s is refused by name, and nothing is saved', async (_, bad) => {
  await using rig = storeRig()
  const { flows, nodeState } = await rig.open()
  await flows.put(flowNamed('bell'))
  const saving = nodeState.save('bell', 'node', { good: 1, bad })
  await expect(saving).rejects.toMatchObject({
    code: 'STATE_NOT_JSON',
    message: expect.stringContaining('"bad"'),
  })
  expect(nodeState.load('bell', 'node')).toEqual({})
})
