import { expect, test } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import type { ConnectionPreview } from '../../../api/types.ts'
import { choicesFor, connectionsOf, importOf, type PlannedFlow, planFlow } from './import-plan.ts'

const connection = (id: string, becomes: ConnectionPreview['becomes'] = 'new'): ConnectionPreview => ({
  ...{ id, type: 'mqtt', name: id, becomes, sentTo: [], secrets: ['password'] },
})
const planned = (id: string, connections: readonly ConnectionPreview[], stands = false): PlannedFlow =>
  planFlow('a.json', {
    flow: emptyFlow(id, id),
    becomes: id,
    ...{ stands, unknownTypes: [], connections, problems: [], isOurs: false },
  })

test('nothing that stands is touched unless somebody says so', () => {
  const flow = planned('door', [], true)
  expect([flow.choice, choicesFor(flow)]).toEqual(['new', ['new', 'replace', 'skip']])
  expect(choicesFor(planned('gate', []))).toEqual(['new', 'skip'])
})

test('a connection that two flows bring is made once, and none for a flow that is skipped', () => {
  const plan = [planned('a', [connection('x')]), planned('b', [connection('x'), connection('y')])]
  expect(connectionsOf(plan).map(({ id }) => id)).toEqual(['x', 'y'])
  const skipped = plan.map((flow) => ({ ...flow, choice: 'skip' as const }))
  expect(connectionsOf(skipped)).toEqual([])
})

test('only secrets of new connections are saved, and only what was typed', () => {
  const plan = [planned('a', [connection('x'), connection('old', 'standing'), connection('y')])]
  const typed = { x: { password: 'geheim' }, old: { password: 'stolen' }, y: { password: '' } }
  expect(importOf(plan, typed).secrets).toEqual({ x: { password: 'geheim' } })
})

test('an import holds what was decided for each flow, and nothing of those that are skipped', () => {
  const [a, b, c] = [planned('a', []), planned('b', [], true), planned('c', [])]
  const plan = [a, { ...b, choice: 'replace' as const }, { ...c, choice: 'skip' as const }]
  expect(importOf(plan, {})).toEqual({
    format: 'wirehouse/import@1',
    flows: [
      { flow: a.flow, replaces: false },
      { flow: b.flow, replaces: true },
    ],
    secrets: {},
  })
})
