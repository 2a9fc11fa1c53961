import type { FlowBroker } from '../flow-broker.ts'
import type { MqttPublish, MqttService } from '../mqtt.ts'

/** The broker with promises: a publish resolves when it has been taken. */
export interface LocalMqtt extends MqttService {
  publish(packet: MqttPublish): Promise<void>
  readonly flows: FlowBroker
}

/** For the API and for who is not in a hurry. */
export const promisedService = (flows: FlowBroker): LocalMqtt => ({
  flows,
  publish: async ({ payload, ...packet }) =>
    await flows.publish({ ...packet, payload: typeof payload === 'string' ? Buffer.from(payload) : payload }),
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
