import { expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { catalogue } from '#rig/flow-rig.ts'
import { shippedExamples } from '../examples.ts'
import type { StoredConnection } from '../store/store.ts'
import { type PreviewedHouse, previewImport } from './import-preview.ts'

const house = (changed: Partial<PreviewedHouse> = {}): PreviewedHouse => ({
  catalogue,
  connections: [],
  hasFlow: () => false,
  lint: () => [],
  ...changed,
})
const preview = (flow: Flow, changed?: Partial<PreviewedHouse>) => previewImport([flow], house(changed))[0]
const withConnection = (type: string, config: Record<string, unknown>): Flow => ({
  ...emptyFlow('f', 'F'),
  connections: [{ id: 'c', type, name: 'C', config }],
})
const connectionOf = (flow: Flow, connections: readonly StoredConnection[] = []) =>
  preview(flow, { connections })?.connections[0]

test('a flow whose id stands, and types that nobody knows, are told', () => {
  const flow: Flow = {
    ...emptyFlow('f', 'F'),
    nodes: [
      { id: 'a', type: 'zigbee-magic', at: [0, 0], config: {} },
      { id: 'b', type: 'zigbee-magic', at: [0, 0], config: {} },
      { id: 'c', type: 'debug', at: [0, 0], config: {} },
    ],
  }
  expect(preview(flow, { hasFlow: (id) => id === 'f' })).toMatchObject({
    stands: true,
    unknownTypes: ['zigbee-magic'],
    isOurs: false,
  })
})

test('a new connection says where its secrets would go, and asks for those that its form shows', () => {
  const flow = withConnection('mqtt', { host: 'far.example', port: 1884 })
  expect(connectionOf(flow)).toMatchObject({
    becomes: 'new',
    sentTo: ['far.example', '1884'],
    secrets: ['password'],
  })
  const tls = withConnection('mqtt', { host: 'far.example', tls: true })
  expect(connectionOf(tls)?.secrets.toSorted()).toEqual(['clientKey', 'password'])
})

test('one that stands is taken as it is, if it is of the same type', () => {
  const standing: StoredConnection = { id: 'c', type: 'mqtt', name: 'Mine', config: {}, secretsSet: [] }
  expect(connectionOf(withConnection('mqtt', { host: 'evil.example' }), [standing])).toEqual({
    ...{ id: 'c', type: 'mqtt', name: 'C', becomes: 'standing', sentTo: [], secrets: [] },
  })
  expect(connectionOf(withConnection('telegram-bot', {}), [standing])?.becomes).toBe('taken')
  expect(connectionOf(withConnection('magic', {}))?.becomes).toBe('unknown')
})

test('what comes with the house is known as ours', () => {
  expect(shippedExamples.map((flow) => preview(flow)?.isOurs)).not.toContain(false)
})
