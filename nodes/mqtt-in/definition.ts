import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { checkTopicFilter } from '#kit/topic.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'

const outputs = {
  auto: port.any(),
  json: port.json(),
  number: port.number(),
  text: port.text(),
  bytes: port.bytes(),
}

export const mqttIn = defineNode({
  type: 'mqtt-in',
  version: 1,
  group: 'input',
  icon: 'radio-receiver',
  title: 'MQTT in',
  summary: 'Receives messages from an MQTT topic.',
  config: z.object({
    broker: connectionField(mqttBroker),
    topic: z.string().default('').meta({
      title: 'Topic',
      description: '+ stands for one level, # at the end for all that follow.',
      placeholder: 'home/+/temperature',
      control: 'topic',
    }),
    qos: z
      .literal([0, 1, 2])
      .default(1)
      .meta({
        title: 'QoS',
        options: { 0: '0: may get lost', 1: '1: arrives, perhaps twice', 2: '2: arrives exactly once' },
      }),
    payload: z
      .enum(['auto', 'json', 'number', 'text', 'bytes'])
      .default('auto')
      .meta({
        title: 'Payload',
        options: {
          auto: 'what it looks like',
          json: 'JSON',
          number: 'number',
          text: 'text',
          bytes: 'bytes',
        },
      }),
    retained: z
      .enum(['all', 'live'])
      .default('all')
      .meta({
        title: 'Retained messages',
        description: 'A retained message is the last known value, which the broker gives at the start.',
        options: { all: 'take at the start', live: 'leave out' },
      }),
  }),
  makesMessages: true,
  inputs: {},
  outputs: ({ payload }) => ({ out: outputs[payload] }),
  caption: ({ topic }) => topic,
  check: ({ topic }) => {
    const problem = checkTopicFilter(topic)
    return problem === undefined ? [] : [{ ...problem, field: 'topic' }]
  },
})
