import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { promisedService } from '#kit/runtime/promised-service.ts'
import { mqttBroker } from './definition.ts'
import { OutsideBroker } from './outside-broker.ts'

/** The built-in connection is a function call to the broker of this house; any other leads outside. */
export const mqttBrokerRuntime = implementConnection(
  mqttBroker,
  { publish: 'call', subscribe: 'deliver' },
  (context) => {
    if (context.id === mqttBroker.builtIn?.id) return { link: context.services.mqtt }
    const broker = context.own(new OutsideBroker(context))
    return { link: promisedService(broker), carrier: broker }
  },
)
