import * as z from 'zod'
import { connectionField } from '#kit/define-connection.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'
import { checkTopicFilter } from '#kit/topic.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'

const heardAtZero: Sentence = {
  code: 'CHAIN_HEARD_AT_ZERO',
  message: 'It receives at QoS 0: what comes during a crash or a break of the network is gone. Choose QoS 1.',
}
const noSession: Sentence = {
  code: 'CHAIN_NO_SESSION',
  message:
    'Its broker forgets what comes while Wirehouse is away. Turn on "Keep a session" at the connection.',
}

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
  keywords: ['subscribe', 'receive', 'topic', 'listen', 'sensor', 'broker'],
  config: () =>
    z.object({
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
  chain: {
    mayLose({ qos, broker }, { connection }) {
      if (qos === 0) return heardAtZero
      const outside = connection(broker)
      return outside && outside['keepSession'] !== true ? noSession : undefined
    },
  },
  inputs: {},
  outputs: ({ payload }) => ({ out: outputs[payload] }),
  caption: ({ topic }) => topic,
  check: ({ topic }) => {
    const problem = checkTopicFilter(topic)
    return problem === undefined ? [] : [{ ...problem, field: 'topic' }]
  },
})
