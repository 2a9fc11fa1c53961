import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'
import type { MqttPublish, MqttService } from '#kit/mqtt.ts'

/** What the outbox keeps of a message for another broker; its topic is the target. */
export const mqttBody = z.object({
  payload: z.union([z.string(), z.instanceof(Uint8Array)]),
  qos: z.literal([0, 1, 2]),
  retain: z.boolean(),
})
export type MqttBody = Pick<MqttPublish, 'payload' | 'qos' | 'retain'>

/** An MQTT broker: the one in this house, or another. */
export const mqttBroker = defineConnection<MqttService>()({
  type: 'mqtt',
  version: 1,
  icon: 'radio-tower',
  title: 'MQTT broker',
  summary: 'The broker of this house, or any other MQTT broker.',
  config: () =>
    z.object({
      host: z
        .string()
        .trim()
        .max(255)
        .default('')
        .meta({ title: 'Host', placeholder: 'broker.local', destination: true }),
      port: z.number().int().min(1).max(65_535).default(1883).meta({ title: 'Port', destination: true }),
      tls: z.boolean().default(false).meta({
        title: 'Encrypted (TLS)',
        description: 'Usually on port 8883.',
        destination: true,
      }),
      caCertificate: z
        .string()
        .max(100_000)
        .default('')
        .meta({
          title: 'CA certificate',
          description: 'In PEM form, if the broker uses one that it signed itself.',
          placeholder: '-----BEGIN CERTIFICATE-----',
          control: 'multiline',
          when: { tls: [true] },
        }),
      clientCertificate: z
        .string()
        .max(100_000)
        .default('')
        .meta({
          title: 'Client certificate',
          description: 'In PEM form, if the broker knows its clients by certificates (X.509), as clouds do.',
          placeholder: '-----BEGIN CERTIFICATE-----',
          control: 'multiline',
          when: { tls: [true] },
        }),
      clientKey: z
        .string()
        .max(100_000)
        .default('')
        .meta({
          title: 'Key of the client certificate',
          description: 'In PEM form, without a passphrase.',
          placeholder: '-----BEGIN PRIVATE KEY-----',
          control: 'multiline',
          secret: true,
          when: { tls: [true] },
        }),
      serverName: z
        .string()
        .trim()
        .max(255)
        .default('')
        .meta({
          title: 'Name in its certificate',
          description: 'If that is not the host. It is also what the broker is asked for (SNI).',
          destination: true,
          when: { tls: [true] },
        }),
      alpn: z
        .string()
        .trim()
        .max(255)
        .default('')
        .meta({
          title: 'ALPN protocol',
          description: 'Some clouds take MQTT on port 443 by this: AWS IoT has x-amzn-mqtt-ca.',
          when: { tls: [true] },
        }),
      user: z.string().max(1_000).default('').meta({ title: 'User' }),
      password: z.string().max(1_000).default('').meta({ title: 'Password', secret: true }),
      version: z
        .enum(['auto', '5', '3.1.1'])
        .default('auto')
        .meta({
          title: 'MQTT version',
          options: { auto: 'Automatic', '5': '5', '3.1.1': '3.1.1' },
          description: 'A bridge finds out what the broker speaks; flows use 3.1.1 unless you choose 5.',
        }),
      clientId: z.string().max(255).default('').meta({
        title: 'Client ID',
        description: 'Nobody else may use it at this broker. Left empty, one is made up.',
      }),
      keepSession: z.boolean().default(false).meta({
        title: 'Keep a session',
        description: 'The broker keeps messages of QoS 1 and 2 while the connection is away.',
      }),
    }),
  builtIn: { id: 'embedded', title: 'Built-in broker', isEverywhere: true },
  caption: ({ host, port, tls }) => `${host}${port === (tls ? 8883 : 1883) ? '' : `:${port}`}`,
})
