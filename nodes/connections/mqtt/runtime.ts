import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { mqttBroker } from './definition.ts'
import { OutsideBroker } from './outside-broker.ts'

export const mqttBrokerRuntime = implementConnection(mqttBroker, (context) => ({
  link: context.config.where === 'embedded' ? context.services.mqtt : context.own(new OutsideBroker(context)),
}))
