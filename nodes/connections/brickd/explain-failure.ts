import type { Sentence } from '#kit/sentence.ts'
import { MalformedStream } from './packet.ts'
import { NoAnswer } from './tfp-session.ts'

/** Why a connection failed, and what to do about it, by the error codes of the operating system. */
const explanations: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: {
    code: 'BRICKD_WHY_REFUSED',
    message: 'nothing listens there. Is brickd installed and running, and the port right?',
  },
  ENOTFOUND: { code: 'BRICKD_WHY_NAME', message: 'there is no computer of this name. Check the host.' },
  EAI_AGAIN: {
    code: 'BRICKD_WHY_LOOKUP',
    message: 'the name cannot be looked up now. Check the network, or enter the address as numbers.',
  },
  EHOSTUNREACH: {
    code: 'BRICKD_WHY_SILENT',
    message: 'the computer does not answer. Is it switched on?',
  },
  ENETUNREACH: {
    code: 'BRICKD_WHY_NETWORK',
    message: 'there is no way to this network. Check the network.',
  },
  ETIMEDOUT: { code: 'BRICKD_WHY_SILENT', message: 'the computer does not answer. Is it switched on?' },
  ECONNRESET: {
    code: 'BRICKD_WHY_CUT',
    message: 'the connection was cut. Check the network, and whether brickd was restarted.',
  },
}

const noAnswer: Sentence = {
  code: 'BRICKD_WHY_NO_ANSWER',
  message: 'it does not answer any more. Is the computer switched on and in this network?',
}
const hungUp: Sentence = {
  code: 'BRICKD_WHY_HUNG_UP',
  message: 'it closed the connection. Check that a brickd listens there, and whether it was restarted.',
}

/** What is said of a brickd that was not reached, or was lost; `place` is `host:port`. */
export function explainFailure(error: Error & { readonly code?: string }, place: string): Sentence {
  const cause = error.cause instanceof Error ? (error.cause as Error & { code?: string }) : undefined
  if (error instanceof MalformedStream || cause instanceof MalformedStream) return noBrickd(place)
  const known = explanations[error.code ?? cause?.code ?? '']
  const why = known ?? (error instanceof NoAnswer || cause instanceof NoAnswer ? noAnswer : hungUp)
  return {
    code: 'BRICKD_UNREACHABLE',
    message: `The brickd at ${place} cannot be reached: ${why.message}`,
    values: { place, why },
  }
}

/** Something answered, but not as a brickd does. */
export const noBrickd = (place: string): Sentence => ({
  code: 'BRICKD_NOT_BRICKD',
  message: `What answers at ${place} is no brickd. Check host and port of the connection: a brickd listens on port 4223 unless its configuration says otherwise.`,
  values: { place },
})
