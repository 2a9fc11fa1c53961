import { expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { Guarantees } from './guarantees.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)

/** A flow that publishes what comes from the garage's broker. */
const relay = (qos: number): Flow => ({
  ...emptyFlow('relay', 'Relay'),
  nodes: [
    { id: 'garage', type: 'mqtt-in', at: [0, 0], config: { broker: 'outside', topic: 'a', qos } },
    { id: 'house', type: 'mqtt-out', at: [0, 0], config: { topic: 'b' } },
  ],
  wires: [['garage.out', 'house.in']],
})

function makeHouse(keepsMessages = true) {
  const house = { flow: relay(1), keepSession: false, reads: 0 }
  const guarantees = new Guarantees({
    catalogue,
    house: { keepsMessages, connection: () => ({ keepSession: house.keepSession }) },
    read: () => {
      house.reads++
      return house.flow
    },
  })
  const codes = (etag: string) =>
    guarantees
      .of([{ id: 'relay', etag }])
      .get('relay')
      ?.breaks.map(({ code }) => code)
  return { house, guarantees, codes }
}

test('a draft is looked at again only when it has changed', () => {
  const { house, codes } = makeHouse()
  expect([codes('1'), codes('1'), house.reads]).toEqual([['CHAIN_NO_SESSION'], ['CHAIN_NO_SESSION'], 1])
  house.flow = relay(0)
  expect(codes('2')).toEqual(['CHAIN_HEARD_AT_ZERO'])
})

test('a connection that has changed makes all be looked at again', () => {
  const { house, guarantees, codes } = makeHouse()
  codes('1')
  house.keepSession = true
  guarantees.forget()
  expect(codes('1')).toEqual([])
})

test('in a house that keeps no messages nothing is guaranteed', () => {
  const { house, codes } = makeHouse(false)
  house.keepSession = true
  expect(codes('1')).toEqual(['CHAIN_INBOX_OFF'])
})
