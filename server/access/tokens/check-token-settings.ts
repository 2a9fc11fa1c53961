import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { UserError } from '#server/user-error.ts'
import type { TokenSettings } from './token-settings.ts'

/** Shorter RSA keys sign nothing that counts (RFC 7518, section 3.3). */
const MIN_RSA_BITS = 2_048

/** Throws 422 for settings by which no token could count, or too many would. What is switched off may be unfinished. */
export function checkTokenSettings({ enabled, keysUrl, keys, audience }: TokenSettings): void {
  if (keysUrl !== '') checkUrl(keysUrl)
  if (keys !== '') checkKeys(keys)
  if (!enabled) return
  if (keysUrl === '' && keys === '')
    throw wrong(
      'TOKENS_NO_KEYS',
      'Enter where the issuer has its public keys, or the keys themselves. Without them no token can be checked.',
      'keysUrl',
    )
  if (keysUrl !== '' && audience === '')
    throw wrong(
      'TOKENS_NO_AUDIENCE',
      'Enter for whom the tokens are (claim "aud"). Without it, everybody who has a token of this issuer for any service would get in.',
      'audience',
    )
}

function checkUrl(text: string): void {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw wrong('TOKENS_URL', 'Enter the whole address of the keys, from https:// on.', 'keysUrl')
  if (url.username !== '' || url.password !== '')
    throw wrong(
      'TOKENS_URL_LOGIN',
      'The keys are public: leave name and password out of the address.',
      'keysUrl',
    )
  if (url.protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
    throw wrong(
      'TOKENS_URL_PLAIN',
      'Over http:// anybody on the way could slip in keys of their own. Take the address with https://, or paste the keys.',
      'keysUrl',
    )
}

function checkKeys(text: string): void {
  const list = readKeys(text)
  if (list === undefined || list.length === 0)
    throw wrong(
      'TOKENS_KEYS_FORM',
      'These are no keys as issuers publish them (JWKS): {"keys":[{"kty":…}]}.',
      'keys',
    )
  for (const [index, key] of list.entries()) checkKey(key, index + 1)
}

function readKeys(text: string): readonly unknown[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown }
    return Array.isArray(keys) ? keys : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

function checkKey(key: unknown, number: number): void {
  if (isRecord(key) && (key['kty'] === 'oct' || 'd' in key || 'k' in key))
    throw wrong(
      'TOKENS_KEY_SECRET',
      `Key ${number} is a secret one. Paste the public keys only, and take a new secret key if this one has been elsewhere than at the issuer.`,
      'keys',
      { number },
    )
  const bits = isRecord(key) ? strengthOf(key) : undefined
  if (bits === undefined)
    throw wrong('TOKENS_KEY_UNREADABLE', `Key ${number} cannot be read.`, 'keys', { number })
  if (bits < MIN_RSA_BITS)
    throw wrong(
      'TOKENS_KEY_WEAK',
      `Key ${number} has ${bits} bits, ${MIN_RSA_BITS} are needed. Have the issuer use a longer one.`,
      'keys',
      { number, bits, least: MIN_RSA_BITS },
    )
}

/** Bits of an RSA key; those of other kinds are all long enough. Nothing for what is no key. */
function strengthOf(key: JsonWebKey): number | undefined {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: 'jwk' })
    return asymmetricKeyDetails?.modulusLength ?? Infinity
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const wrong = (
  code: string,
  message: string,
  field: keyof TokenSettings,
  values: Readonly<Record<string, number>> = {},
): UserError => new UserError(422, code, message, { field, values })
