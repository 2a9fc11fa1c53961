import { createLocalJWKSet, createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Sentence } from '#kit/sentence.ts'
import { checkTopicFilter } from '#kit/topic.ts'
import type { AccessAction, AccessRule } from '../access-control.ts'
import { faultOfToken, notAToken, userMissing, userOther } from './token-faults.ts'
import type { TokenSettings } from './token-settings.ts'

/** Who a token speaks for. */
export interface TokenLogin {
  readonly user: string
  /** What the token is good for, if it says so; it narrows what the rules allow. */
  readonly scope?: readonly AccessRule[]
  /** When it runs out, in milliseconds since 1970. */
  readonly until: number
}

/** The issuer's keys could not be had: nobody can say whether the token is good. */
export class TokenKeysAway extends Error {
  override readonly name = 'TokenKeysAway'
}

/** Public keys only: with a shared secret, whoever can check a token can make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const CLOCK_TOLERANCE_S = 30
const FETCH_MS = 5_000
const MAX_NAME = 64
const MAX_SCOPES = 100

/** Whether a password has the form of a JSON Web Token. */
export const looksLikeToken = (password: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(password)

/** Checks JSON Web Tokens that are sent as passwords (RFC 7519, keys by RFC 7517). */
export class TokenLogins {
  readonly #clock: Clock
  readonly #settings: TokenSettings
  readonly #keys: JWTVerifyGetKey | undefined

  /** Throws a `TypeError` or `SyntaxError` for keys that are no JWKS. */
  constructor(settings: TokenSettings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
    this.#keys = settings.enabled ? keysOf(settings) : undefined
  }

  get isOn(): boolean {
    return this.#keys !== undefined
  }

  /**
   * Answers nothing for a token that does not count. A user name sent along must be the token's own.
   * Throws `TokenKeysAway`.
   */
  async verify(token: string, name: string | undefined): Promise<TokenLogin | undefined> {
    const found = await this.examine(token, name)
    return 'fault' in found ? undefined : found
  }

  /** The same, with why it does not count. */
  async examine(token: string, name: string | undefined): Promise<TokenLogin | { readonly fault: Sentence }> {
    const { userClaim, scopeClaim } = this.#settings
    const claims = await this.#claims(token)
    if ('fault' in claims) return { fault: claims.fault }
    const user = claims.payload[userClaim]
    if (typeof user !== 'string' || !isName(user)) return { fault: userMissing(userClaim) }
    if (name !== undefined && name !== '' && name !== user) return { fault: userOther(user, name) }
    const scope = readScope(claims.payload[scopeClaim], user)
    return { user, until: (claims.payload.exp ?? 0) * 1_000, ...(scope && { scope }) }
  }

  async #claims(token: string): Promise<{ readonly payload: JWTPayload } | { readonly fault: Sentence }> {
    if (this.#keys === undefined) return { fault: notAToken }
    const { issuer, audience } = this.#settings
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ['exp'],
        ...(issuer !== '' && { issuer }),
        ...(audience !== '' && { audience }),
      })
      return { payload }
    } catch (error) {
      const fault = faultOfToken(error)
      if (fault !== undefined) return { fault }
      throw new TokenKeysAway(
        `The keys of the token issuer could not be had from ${this.#settings.keysUrl}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      )
    }
  }
}

function keysOf({ keysUrl, keys }: TokenSettings): JWTVerifyGetKey {
  if (keysUrl === '') return createLocalJWKSet(JSON.parse(keys))
  return createRemoteJWKSet(new URL(keysUrl), { timeoutDuration: FETCH_MS })
}

/** As accounts are called; what could be a wildcard or a level of a topic is none. */
const isName = (name: string): boolean => name.length <= MAX_NAME && /^[^\s/+#$][^/+#\p{Cc}]*$/u.test(name)

/** The rules of a claim like `mqtt:publish:home/# mqtt:subscribe:state/%u`; nothing where it says nothing of MQTT. */
function readScope(claim: unknown, user: string): readonly AccessRule[] | undefined {
  const words = typeof claim === 'string' ? claim.split(/\s+/) : Array.isArray(claim) ? claim.map(String) : []
  const wanted = words.filter((word) => word.startsWith('mqtt:')).slice(0, MAX_SCOPES)
  return wanted.length > 0 ? wanted.flatMap((word, index) => readWord(word, index, user)) : undefined
}

const actions: Readonly<Record<string, readonly AccessAction[]>> = {
  publish: ['publish'],
  subscribe: ['subscribe', 'receive'],
}

/** A word that cannot be read grants nothing. */
function readWord(word: string, index: number, user: string): AccessRule[] {
  const [, action = '', filter = ''] = /^mqtt:(publish|subscribe):(.+)$/.exec(word) ?? []
  const granted = actions[action]
  if (granted === undefined || checkTopicFilter(filter) !== undefined) return []
  const subject = { kind: 'user', name: user } as const
  return [
    {
      id: `token-${index}`,
      subject,
      actions: granted,
      filter,
      effect: 'allow',
      maxQoS: 2,
      retain: true,
      note: '',
    },
  ]
}
