import { expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { hasErrors, lintFlow } from '#flows/lint-flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { flowOfTopics } from './flow-of-topics.ts'

const names = { id: 'devices', name: 'Devices', shown: 'What they say' }

test('each topic becomes a node that is wired to the one that shows it', () => {
  const { nodes, wires } = flowOfTopics(['zigbee2mqtt/hall/door', 'tele/plug'], names)
  expect(nodes.map(({ id, type, name, config }) => [id, type, name, config['topic']])).toEqual([
    ['topic-1', 'mqtt-in', 'hall door', 'zigbee2mqtt/hall/door'],
    ['topic-2', 'mqtt-in', 'tele plug', 'tele/plug'],
    ['show', 'debug', 'What they say', undefined],
  ])
  expect(wires).toEqual([
    ['topic-1.out', 'show.in'],
    ['topic-2.out', 'show.in'],
  ])
})

test('it can be deployed as it is, whatever the topics are called', () => {
  const flow = flowOfTopics(['/', 'a/ b/ü', 'x'.repeat(500)], names)
  const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
  expect(hasErrors(lintFlow(flow, catalogue, []))).toBe(false)
})
