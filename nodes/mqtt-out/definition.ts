import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { expiryField } from '#kit/notice-fields.ts'
import type { Sentence } from '#kit/sentence.ts'
import { checkTopicName } from '#kit/topic.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'

const sentAtZero: Sentence = {
  code: 'CHAIN_SENT_AT_ZERO',
  message: 'It publishes at QoS 0: nobody says whether that has arrived. Choose QoS 1.',
}

export const mqttOut = defineNode({
  type: 'mqtt-out',
  version: 2,
  group: 'output',
  icon: 'radio-tower',
  title: 'MQTT out',
  summary: 'Publishes messages to an MQTT topic.',
  keywords: ['publish', 'send', 'topic', 'broker', 'actuator', 'switch on'],
  config: () =>
    z.object({
      broker: connectionField(mqttBroker),
      topic: z.string().default('').meta({
        title: 'Topic',
        description: 'Left empty, it is taken from the message.',
        placeholder: 'home/lamp/set',
        control: 'topic',
      }),
      qos: z
        .literal([0, 1, 2])
        .default(1)
        .meta({
          title: 'QoS',
          options: { 0: '0: may get lost', 1: '1: arrives, perhaps twice', 2: '2: arrives exactly once' },
        }),
      retain: z.boolean().default(false).meta({
        title: 'Retain',
        description: 'The broker keeps it as the last known value, for those who come later.',
      }),
      atMostOnce: z
        .boolean()
        .default(false)
        .meta({
          title: 'At most once',
          description:
            'For what must not happen twice: a siren, a lock. At another broker it is then not sent again when nobody knows whether it has arrived.',
          when: { qos: [1, 2] },
        }),
      expiresAfterMs: expiryField(
        'While another broker is away, it is given up then and leaves as an error. 0: after a day.',
        { qos: [1, 2] },
      ),
    }),
  acts: true,
  chain: {
    isEffect: true,
    mayLose: ({ qos }) => (qos === 0 ? sentAtZero : undefined),
  },
  inputs: { in: port.any() },
  outputs: {},
  caption: ({ topic }) => topic,
  // All that is new has a default that does what the first version did.
  migrate: (config) => config,
  check: ({ topic }) => {
    const problem = topic === '' ? undefined : checkTopicName(topic)
    return problem === undefined ? [] : [{ ...problem, field: 'topic' }]
  },
})
