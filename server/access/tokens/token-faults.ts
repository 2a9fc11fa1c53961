import { errors } from 'jose'
import type { Sentence } from '#kit/sentence.ts'

/** Why a token does not count, in words, for what `jose` throws; nothing for what is not the token's fault. */
export function faultOfToken(error: unknown): Sentence | undefined {
  if (!(error instanceof errors.JOSEError)) return undefined
  if (error instanceof errors.JWTClaimValidationFailed) return faultOfClaim(error.claim, error.reason)
  return faults[error.code]
}

export const userMissing = (claim: string): Sentence => ({
  code: 'TOKEN_USER',
  message: `The claim "${claim}" is missing, or is no name that an account could have (letters, digits and . _ @ -, no + # / or $).`,
  values: { claim },
})

export const userOther = (user: string, name: string): Sentence => ({
  code: 'TOKEN_USER_OTHER',
  message: `The token is of "${user}", and the user name that came with it is "${name}". Send the same name, or none.`,
  values: { user, name },
})

export const notAToken: Sentence = {
  code: 'TOKEN_FORM',
  message: 'This is no JSON Web Token: three parts with dots between them.',
}

function faultOfClaim(claim: string, reason: string): Sentence {
  if (reason === 'missing')
    return {
      code: 'TOKEN_CLAIM_MISSING',
      message: `The token has no claim "${claim}", which is needed here.`,
      values: { claim },
    }
  return claims[claim] ?? notAToken
}

const claims: Readonly<Record<string, Sentence>> = {
  iss: {
    code: 'TOKEN_ISSUER',
    message: 'The token was issued by somebody else: its claim "iss" is not the issuer that stands here.',
  },
  aud: {
    code: 'TOKEN_AUDIENCE',
    message:
      'The token is meant for another service: its claim "aud" does not have the audience that stands here.',
  },
  nbf: { code: 'TOKEN_EARLY', message: 'The token does not count yet (claim "nbf"). Is the clock right?' },
}

const signedOtherwise: Sentence = {
  code: 'TOKEN_ALGORITHM',
  message:
    'The token is not signed with a private key (RS, PS, ES or EdDSA). Tokens with a shared secret (HS256) or without a signature never count here.',
}
const keyUnknown: Sentence = {
  code: 'TOKEN_KEY',
  message: 'None of the keys fits the token. Is the issuer the right one, and are the keys up to date?',
}

const faults: Readonly<Record<string, Sentence>> = {
  [errors.JWTExpired.code]: {
    code: 'TOKEN_EXPIRED',
    message: 'The token has run out (claim "exp"). Get a new one from the issuer.',
  },
  [errors.JWSSignatureVerificationFailed.code]: {
    code: 'TOKEN_SIGNATURE',
    message: 'The signature is not right: the token was changed, or signed with another key.',
  },
  [errors.JWKSNoMatchingKey.code]: keyUnknown,
  [errors.JWKSMultipleMatchingKeys.code]: {
    code: 'TOKEN_KEY_UNNAMED',
    message: 'Several keys fit, and the token does not name its own ("kid"). Have the issuer name it.',
  },
  [errors.JOSEAlgNotAllowed.code]: signedOtherwise,
  [errors.JOSENotSupported.code]: signedOtherwise,
  [errors.JWSInvalid.code]: notAToken,
  [errors.JWTInvalid.code]: notAToken,
}
