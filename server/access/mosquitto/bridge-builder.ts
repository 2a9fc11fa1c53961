import { randomBytes } from 'node:crypto'
import type { Sentence } from '#kit/sentence.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { bridgeBody, checkBridge } from '#server/bridges/bridge.ts'
import type { Bridges } from '#server/bridges/bridges.ts'
import type { House } from '#server/house/house.ts'
import { UserError } from '#server/user-error.ts'
import type { BridgeBuilder } from './mosquitto-desk.ts'
import type { ImportedBridge } from './plan.ts'

export interface BridgeBuilderOptions {
  readonly bridges: Pick<Bridges, 'list' | 'add'>
  readonly house: Pick<House, 'saveConnection' | 'deleteConnection'>
}

/** Makes of each bridge of a Mosquitto a connection, which has its login, and a bridge over it. */
export const bridgeBuilder = ({ bridges, house }: BridgeBuilderOptions): BridgeBuilder => ({
  names: () => bridges.list().map(({ name }) => name),
  problem: problemOf,
  async build(bridge) {
    const id = `mosquitto-${randomBytes(6).toString('base64url')}`
    const config = configOf(bridge)
    await house.saveConnection(id, { type: mqttBroker.type, name: bridge.name, config })
    try {
      await bridges.add(bridgeBody.parse(bodyOf(bridge, id)))
    } catch (error) {
      await house.deleteConnection(id)
      throw error
    }
  },
})

const configOf = ({ host, port, tls, user, password }: ImportedBridge) => ({
  ...{ host, port, tls, user, password },
})

const bodyOf = ({ name, maps, clientId }: ImportedBridge, connection: string) => ({
  ...{ name, maps, clientId, connection },
  enabled: false,
})

function problemOf(bridge: ImportedBridge): Sentence | undefined {
  if (bridge.maps.length === 0)
    return { code: 'MOSQUITTO_BRIDGE_EMPTY', message: 'It has no topic, so it carries nothing.' }
  const body = bridgeBody.safeParse(bodyOf(bridge, 'any'))
  if (!body.success || !mqttBroker.config.safeParse(configOf(bridge)).success)
    return {
      code: 'MOSQUITTO_BRIDGE_FORM',
      message:
        'Its port is none, or its name, its login or one of its topics is too long, or they are too many.',
    }
  try {
    checkBridge(body.data)
    return undefined
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return sentenceIn(error)
  }
}

const sentenceIn = ({ code, message, details }: UserError): Sentence => ({
  ...{ code, message },
  values: details['values'] as Sentence['values'],
})
