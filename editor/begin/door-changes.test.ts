import { expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { type Flow, flowSchema } from '#flows/flow.ts'
import { hasErrors, lintFlow } from '#flows/lint-flow.ts'
import { applyOperations } from '#flows/operations/apply-operation.ts'
import template from '#flows/templates/door-watch.json' with { type: 'json' }
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { door, phonesOf, SIMULATED_TOPIC, takeOwnDoor, tellPhone } from './door-changes.ts'

const flow = flowSchema.parse(template)
const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const configOf = (from: Flow, node: string) => from.nodes.find(({ id }) => id === node)?.config

test('the template has the nodes that the checklist speaks of', () => {
  const ids = flow.nodes.map(({ id }) => id)
  expect(Object.values(door).filter((id) => !ids.includes(id))).toEqual([])
  expect(configOf(flow, door.door)?.['topic']).toBe(SIMULATED_TOPIC)
})

test('a real door takes the place of the simulated one, and can be deployed', () => {
  const operations = takeOwnDoor('zigbee2mqtt/hall', { property: 'payload.contact', value: false })
  const own = applyOperations(flow, operations).flow
  expect(configOf(own, door.door)?.['topic']).toBe('zigbee2mqtt/hall')
  expect(configOf(own, door.presence)?.['topic']).toBe('zigbee2mqtt/hall/availability')
  expect(configOf(own, door.simulated)).toBeUndefined()
  expect(hasErrors(lintFlow(own, catalogue, []))).toBe(false)
})

test('a phone is told by the first step of the alarm', () => {
  const phone = { id: 'browsers', type: 'web-push', config: { browsers: 'web-push' } }
  const told = applyOperations(flow, tellPhone(flow, phone)).flow
  expect([phonesOf(flow), phonesOf(told).map(({ id }) => id)]).toEqual([[], ['browsers']])
  expect(hasErrors(lintFlow(told, catalogue, []))).toBe(false)
})
