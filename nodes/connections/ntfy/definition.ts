import * as z from 'zod'
import { defineConnection } from '#kit/define-connection.ts'

const isServer = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  )
}

export const ntfy = defineConnection<object>()({
  type: 'ntfy',
  version: 1,
  icon: 'megaphone',
  title: 'Push server (ntfy)',
  summary: 'A server that brings notifications to phones and browsers with the ntfy app.',
  config: () =>
    z.object({
      server: z
        .string()
        .trim()
        .max(2_000)
        .refine(
          isServer,
          'A server is an address such as https://ntfy.sh, without a login and a question mark.',
        )
        .default('https://ntfy.sh')
        .meta({ title: 'Server', destination: true }),
      token: z
        .string()
        .trim()
        .max(200)
        .regex(/^[!-~]*$/, 'A token has letters, digits and signs, without spaces.')
        .default('')
        .meta({
          title: 'Access token',
          description: 'Only if the server or the topic asks for a login (tk_…).',
          secret: true,
        }),
      mayReachMachine: z.boolean().default(false).meta({
        title: 'It runs on this machine',
        description: 'Otherwise nothing is sent to this machine itself, which trusts what comes from it.',
        grant: true,
      }),
    }),
  caption: ({ server }) => (URL.canParse(server) ? new URL(server).host : server),
})
