import type { MqttService } from '#kit/runtime/services.ts'
import type { FlowBroker } from './flow-broker.ts'

/** The broker with promises, for the API and for who is not in a hurry. */
export const promisedService = (flows: FlowBroker): MqttService => ({
  publish: async (packet) => await flows.publish(packet),
  subscribe: (filter, qos, deliver) =>
    flows.subscribe(filter, qos, (delivery) => {
      const answer = deliver(delivery.packet)
      if (answer === undefined) delivery.settle()
      else
        answer.then(
          () => delivery.settle(),
          (error: unknown) => delivery.settle(error ?? new Error('the flow failed')),
        )
    }),
})
