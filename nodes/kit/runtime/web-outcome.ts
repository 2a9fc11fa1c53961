import type { Sentence } from '../sentence.ts'
import { NodeError } from './node-error.ts'
import type { Tried } from './outbox.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Reach } from './web-address.ts'
import type { WebAnswer } from './web-request.ts'

/**
 * What came of a request that was to hand something over, as far as all web services agree: 2xx is sent, 429 and 503
 * ask for a pause, 5xx and the network are tried again. Answers `undefined` for the rest, which will not change:
 * what it means only the service knows. Throws where the address may not be reached.
 */
export function webOutcome(
  answer: WebAnswer,
  { host, now }: { readonly host: string; readonly now: number },
): Tried | undefined {
  if (answer.kind === 'forbidden') throw NodeError.of(forbidden(answer.reach, host))
  if (answer.kind === 'fault')
    return { kind: 'fault', problem: faultOf(answer.code, host), isUncertain: answer.isUncertain }
  const { status, headers } = answer
  if (status >= 200 && status < 300) return { kind: 'sent', receipt: { status } }
  const ms = status === 429 || status === 503 ? retryAfterMs(headers['retry-after'], now) : undefined
  if (ms !== undefined) return { kind: 'pause', ms, of: status === 429 ? 'target' : 'connection' }
  if (status >= 500 || waits.has(status))
    return { kind: 'fault', problem: answered(status, host), isUncertain: status >= 500 }
}

/** Request Timeout, Too Early, Too Many Requests: the other end has not taken it, and may do so later. */
const waits: ReadonlySet<number> = new Set([408, 425, 429])

const answered = (status: number, host: string): Sentence => ({
  code: 'WEB_ANSWERED',
  message: `${host} answered with the error ${status}.`,
  values: { host, status: String(status) },
})

function forbidden(reach: Reach, host: string): Sentence {
  if (reach === 'machine')
    return {
      code: 'WEB_MACHINE',
      message: `${host} is this machine itself, which this connection may not reach. Open it and allow that, if it is meant.`,
      values: { host },
    }
  return {
    code: 'WEB_OUT_OF_BOUNDS',
    message: `${host} leads to an address that nothing is sent to from here. Check the address.`,
    values: { host },
  }
}

type Explain = (host: string) => Sentence

const notFound: Explain = (host) => ({
  code: 'WEB_NOT_FOUND',
  message: `The address of ${host} could not be found.`,
  values: { host },
})
const noWay: Explain = (host) => ({
  code: 'WEB_NO_WAY',
  message: `There is no way to ${host}.`,
  values: { host },
})

const faults: Readonly<Record<string, Explain>> = {
  ENOTFOUND: notFound,
  EAI_AGAIN: notFound,
  EHOSTUNREACH: noWay,
  ENETUNREACH: noWay,
  ECONNREFUSED: (host) => ({
    code: 'WEB_CLOSED_DOOR',
    message: `${host} refused the connection.`,
    values: { host },
  }),
  ETIMEDOUT: (host) => ({
    code: 'WEB_SILENT',
    message: `${host} did not answer in time.`,
    values: { host },
  }),
}

const certificate = /^(CERT_|DEPTH_ZERO|ERR_TLS_CERT|SELF_SIGNED|UNABLE_TO_)/

function faultOf(code: string, host: string): Sentence {
  if (certificate.test(code))
    return {
      code: 'WEB_CERTIFICATE',
      message: `The certificate of ${host} is not trusted.`,
      values: { host },
    }
  const known = faults[code]
  return (
    known?.(host) ?? {
      code: 'WEB_BROKE',
      message: `The connection to ${host} broke (${code}).`,
      values: { host, why: code },
    }
  )
}
