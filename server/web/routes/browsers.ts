import { createPublicKey } from 'node:crypto'
import * as z from 'zod'
import { type Handlers, json, nothing, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const bytes = (count: number) =>
  z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-]+={0,2}$/)
    .refine(
      (text) => Buffer.from(text, 'base64url').length === count,
      `This takes ${count} bytes in base64url.`,
    )

/** A push service of a browser's maker: never a login, never plain http. */
const endpoint = z
  .string()
  .max(2_000)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    return url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === ''
  }, 'An endpoint is an https address.')

const subscription = z.object({
  endpoint,
  keys: z.object({
    p256dh: bytes(65).refine(isOnCurve, 'This is no key on the curve P-256.'),
    auth: bytes(16),
  }),
})

/** Notifications in browsers: each person for themselves. */
export const browserRoutes = ({ browsers, log }: WebServices) =>
  ({
    'GET /api/browsers/key': async () => json({ publicKey: (await browsers.keys()).publicKey }),

    'POST /api/browsers': async (call) => {
      const { endpoint, keys } = readJson(call, subscription)
      const user = signedIn(call).user.name
      const id = await browsers.add({ user, endpoint, ...keys })
      log.info({ name: user, id }, 'Notifications switched on in a browser')
      return json({ id }, 201)
    },

    // Who knows the endpoint is the browser itself, whoever is signed in there now.
    'DELETE /api/browsers': async (call) => {
      await browsers.forgetEndpoint(readJson(call, z.object({ endpoint })).endpoint)
      return nothing
    },
  }) satisfies Partial<Handlers>

function isOnCurve(text: string): boolean {
  const point = Buffer.from(text, 'base64url')
  const [x = '', y = ''] = [point.subarray(1, 33), point.subarray(33)].map((part) =>
    part.toString('base64url'),
  )
  try {
    createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
    return point[0] === 4
  } catch {
    return false // that is the answer
  }
}
