import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'
import { checkTopicName } from '#kit/topic.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'

const sentAtZero: Sentence = {
  code: 'CHAIN_SENT_AT_ZERO',
  message: 'It publishes at QoS 0: nobody says whether that has arrived. Choose QoS 1.',
}

export const mqttOut = defineNode({
  type: 'mqtt-out',
  version: 1,
  group: 'output',
  icon: 'radio-tower',
  title: 'MQTT out',
  summary: 'Publishes messages to an MQTT topic.',
  config: z.object({
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
  }),
  chain: {
    isEffect: true,
    mayLose: ({ qos }) => (qos === 0 ? sentAtZero : undefined),
  },
  inputs: { in: port.any() },
  outputs: {},
  caption: ({ topic }) => topic,
  check: ({ topic }) => {
    const problem = topic === '' ? undefined : checkTopicName(topic)
    return problem === undefined ? [] : [{ ...problem, field: 'topic' }]
  },
})
