import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'

const isAddress = (text: string): boolean => {
  if (text === '') return true
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  )
}

export const webhook = defineConnection<object>()({
  type: 'webhook',
  version: 1,
  icon: 'webhook',
  title: 'Web service',
  summary: 'An address on the web that takes messages from this house.',
  config: () =>
    z.object({
      address: z
        .string()
        .trim()
        .max(2_000)
        .refine(
          isAddress,
          'An address looks like https://example.org/hooks, without a login, a question mark and a number sign.',
        )
        .default('')
        .meta({ title: 'Address', placeholder: 'https://example.org/hooks', destination: true }),
      secretPath: z
        .string()
        .trim()
        .max(2_000)
        .regex(
          /^[^\s?#\\]*$/,
          'Here stands a part of an address, without spaces, a question mark and a number sign.',
        )
        .default('')
        .meta({
          title: 'Secret part of the address',
          description:
            'Follows the address, for services whose address is the key: Slack, Discord, Home Assistant.',
          secret: true,
        }),
      signingSecret: z.string().max(1_000).default('').meta({
        title: 'Signing secret',
        description: 'With it, the other end can tell that a message comes from this house.',
        secret: true,
      }),
      header: z
        .string()
        .trim()
        .max(100)
        .regex(/^[A-Za-z0-9-]*$/, 'The name of a header has letters, digits and hyphens.')
        .default('')
        .meta({ title: 'Additional header', placeholder: 'Authorization' }),
      headerValue: z
        .string()
        .trim()
        .max(8_000)
        .regex(/^[ -~]*$/, 'A header has plain letters, digits and signs.')
        .default('')
        .meta({ title: 'Value of the header', secret: true }),
      mayReachMachine: z.boolean().default(false).meta({
        title: 'It runs on this machine',
        description: 'Otherwise nothing is sent to this machine itself, which trusts what comes from it.',
        grant: true,
      }),
    }),
  caption: ({ address }) => (URL.canParse(address) ? new URL(address).host : address),
})
