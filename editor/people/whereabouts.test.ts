import { beforeEach, expect, test } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { FlowDocument } from '../document/flow-document.ts'
import { initialsOf, personColor, usePeople } from './people.ts'
import { Whereabouts } from './whereabouts.ts'

function open() {
  const clock = new VirtualClock()
  const flow = {
    ...emptyFlow('f', 'F'),
    nodes: ['a', 'b'].map((id) => ({ id, type: 'delay', at: [0, 0] as [number, number], config: {} })),
  }
  const document = new FlowDocument(flow, { now: () => clock.now() })
  const told: unknown[] = []
  return {
    clock,
    document,
    told,
    here: new Whereabouts({ document, clock, tell: (where) => told.push(where) }),
  }
}
beforeEach(() => usePeople.setState({ people: [], ownField: undefined }))

test('others hear what is selected, at most ten times a second', async () => {
  const { clock, document, told } = open()
  for (let round = 0; round < 20; round++) {
    document.select({ nodes: [round % 2 === 0 ? 'a' : 'b'] })
    await clock.advance(20)
  }
  await clock.advance(200)
  expect(told.length).toBeLessThanOrEqual(5)
  expect(told.at(-1)).toEqual({ nodes: ['b'] })
})

test('a field that is typed in is told at once, kept while keys come, and free three seconds later', async () => {
  const { clock, told, here } = open()
  here.type('node a topic')
  await clock.advance(0)
  expect(told).toEqual([{ nodes: [], field: 'node a topic' }])
  for (let key = 0; key < 50; key++) {
    here.type('node a topic')
    await clock.advance(100)
  }
  expect(told.length).toBeLessThan(8)
  expect(told.at(-1)).toEqual({ nodes: [], field: 'node a topic' })
  await clock.advance(3_000)
  expect(told.at(-1)).toEqual({ nodes: [] })
})

test('leaving a field frees it at once', async () => {
  const { clock, told, here } = open()
  here.type('flow name')
  here.leave()
  await clock.advance(0)
  expect(told).toEqual([{ nodes: [] }])
  here[Symbol.dispose]()
  expect(clock.planned).toBe(0)
})

test('people have letters and a colour of their own', () => {
  expect([initialsOf('ada lovelace'), initialsOf('admin'), initialsOf('')]).toEqual(['AL', 'A', ''])
  expect(personColor('ada')).toBe(personColor('ada'))
  expect(new Set(['ada', 'bob', 'cleo', 'dan', 'eva', 'finn'].map(personColor)).size).toBeGreaterThan(2)
})
