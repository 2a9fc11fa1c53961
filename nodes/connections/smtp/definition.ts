import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'
import { parseMailbox } from './mailbox.ts'

const isSender = (text: string): boolean => text === '' || parseMailbox(text) !== undefined

export const smtp = defineConnection<object>()({
  type: 'smtp',
  version: 1,
  icon: 'mail',
  title: 'E-mail account',
  summary: 'A mail server that takes e-mail from this house (SMTP).',
  config: () =>
    z.object({
      host: z
        .string()
        .trim()
        .max(255)
        .default('')
        .meta({ title: 'Mail server', placeholder: 'smtp.example.org', destination: true }),
      port: z.number().int().min(1).max(65_535).default(587).meta({
        title: 'Port',
        description: 'Usually 587 with STARTTLS, 465 with TLS.',
        destination: true,
      }),
      security: z
        .enum(['starttls', 'tls', 'none'])
        .default('starttls')
        .meta({
          title: 'Encryption',
          options: { starttls: 'STARTTLS', tls: 'TLS from the start', none: 'None' },
          destination: true,
        }),
      caCertificate: z
        .string()
        .max(100_000)
        .default('')
        .meta({
          title: 'CA certificate',
          description: 'In PEM form, if the mail server uses one that it signed itself.',
          placeholder: '-----BEGIN CERTIFICATE-----',
          control: 'multiline',
          when: { security: ['starttls', 'tls'] },
          destination: true,
        }),
      user: z.string().max(1_000).default('').meta({ title: 'User' }),
      password: z.string().max(1_000).default('').meta({
        title: 'Password',
        description: 'Many providers want one that is made for this program alone.',
        secret: true,
      }),
      from: z
        .string()
        .trim()
        .max(320)
        .refine(
          isSender,
          'A sender is an address such as house@example.org, or a name and an address: House <house@example.org>.',
        )
        .default('')
        .meta({ title: 'Sender', placeholder: 'House <house@example.org>' }),
    }),
  caption: ({ from, host }) => from || host,
})
