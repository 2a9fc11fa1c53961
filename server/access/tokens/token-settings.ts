import * as z from 'zod'

/** Key of these settings in the store. */
export const TOKEN_SETTINGS = 'mqtt-tokens'

const claim = (name: string) => z.string().trim().min(1).max(100).default(name)

/** Whose JSON Web Tokens count as passwords: those of one issuer, checked with its public keys. */
export const tokenSettings = z.object({
  enabled: z.boolean().default(false),
  /** Must equal the claim `iss`. */
  issuer: z.string().trim().max(1_000).default(''),
  /** Must be in the claim `aud`. */
  audience: z.string().trim().max(1_000).default(''),
  /** Where the issuer publishes its keys (JWKS). */
  keysUrl: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2_000)]).default(''),
  /** The keys themselves, as JWKS, where the issuer cannot be asked. */
  keys: z.string().max(100_000).default(''),
  userClaim: claim('sub'),
  /** Where `mqtt:publish:<filter>` and `mqtt:subscribe:<filter>` stand, as a text with spaces or as a list. */
  scopeClaim: claim('scope'),
  /** Of those who have no account here. */
  role: z.enum(['editor', 'viewer', 'device']).default('device'),
})
export type TokenSettings = z.output<typeof tokenSettings>
