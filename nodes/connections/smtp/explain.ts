import { NodeError } from '#kit/runtime/node-error.ts'
import type { Tried } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'

interface Around {
  readonly host: string
  readonly port: number
  readonly password: string
  readonly user: string
  /** The mail itself was on its way. */
  readonly isUncertain: boolean
}

/** What nodemailer throws. */
interface MailError {
  readonly code?: unknown
  /** What the system or OpenSSL said. */
  readonly originalCode?: unknown
  readonly responseCode?: unknown
  readonly response?: unknown
  readonly message: string
}

/**
 * What came of a try that failed. The mail server's own answer decides (RFC 5321, 4.2.1): 4xx is for later, 5xx for
 * good, which is thrown. Without an answer it is the network, and the try is made again.
 */
export function outcomeOf(thrown: unknown, around: Around): Tried {
  if (!(thrown instanceof Error)) throw thrown
  const error: MailError = thrown
  const status = typeof error.responseCode === 'number' ? error.responseCode : 0
  const reply = replyOf(error, around)
  if (status >= 500) throw refusal(error, status, reply, around.host)
  if (status >= 400) return fault(later(around.host, reply), false)
  const local = neverTried[String(error.code)]
  if (local) throw local(around, reply)
  return fault(explain(error, around), around.isUncertain)
}

const fault = (problem: Sentence, isUncertain: boolean): Tried => ({ kind: 'fault', problem, isUncertain })

/** One line, without what nobody but the mail server may know. */
function replyOf({ response, message }: MailError, { password, user }: Around): string {
  const text = typeof response === 'string' ? response : message
  const secrets = password === '' ? [] : [password, base64(password), base64(`\0${user}\0${password}`)]
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text)
  return clean
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300)
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function refusal(error: MailError, status: number, reply: string, host: string): NodeError {
  if (error.code === 'ETLS') return withoutStartTls(host)
  if (error.code === 'EAUTH')
    return new NodeError(
      'SMTP_LOGIN',
      `The mail server ${host} refused the login: ${reply}. Check user and password in the connection.`,
      { field: 'password', values: { host, reply } },
    )
  if (status === 552 || status === 523)
    return new NodeError(
      'SMTP_TOO_LARGE',
      `The mail is too large for the mail server or the mailbox: ${reply}. Send a smaller attachment.`,
      { values: { reply } },
    )
  return new NodeError(
    'SMTP_REFUSED',
    `The mail server ${host} refused the mail: ${reply}. Check the recipient and the sender.`,
    { values: { host, reply } },
  )
}

const withoutStartTls = (host: string): NodeError =>
  new NodeError(
    'SMTP_NO_STARTTLS',
    `The mail server ${host} offers no STARTTLS here. Choose TLS from the start, usually on port 465.`,
    { field: 'security', values: { host } },
  )

/** What lies in the settings, and would fail at every try. */
const neverTried: Readonly<Record<string, (around: Around, reply: string) => NodeError>> = {
  ETLS: ({ host }) => withoutStartTls(host),
  EAUTH: ({ host }) =>
    new NodeError(
      'SMTP_NO_PASSWORD',
      `The mail server ${host} could not be signed in to. Open the connection and enter user and password.`,
      { field: 'password', values: { host } },
    ),
  EENVELOPE: (_, reply) =>
    new NodeError('SMTP_ADDRESS', `The mail could not be addressed: ${reply}. Check recipient and sender.`, {
      values: { reply },
    }),
  EMESSAGE: (_, reply) =>
    new NodeError('SMTP_MESSAGE', `The mail server cannot take this mail: ${reply}.`, { values: { reply } }),
}

const later = (host: string, reply: string): Sentence => ({
  code: 'SMTP_LATER',
  message: `The mail server ${host} asks to try again later: ${reply}.`,
  values: { host, reply },
})

const certificate =
  /^(CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_ALTNAME_INVALID|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/

type Explain = (around: Around) => Sentence

const notFound: Explain = ({ host }) => ({
  code: 'SMTP_HOST',
  message: `The mail server "${host}" was not found. Check its name.`,
  values: { host },
})
const unreachable: Explain = ({ host }) => ({
  code: 'SMTP_UNREACHABLE',
  message: `The mail server ${host} cannot be reached.`,
  values: { host },
})
const silent: Explain = ({ host }) => ({
  code: 'SMTP_SILENT',
  message: `The mail server ${host} did not answer in time.`,
  values: { host },
})

/** By the system's error, or by nodemailer's. */
const explanations: Readonly<Record<string, Explain>> = {
  ENOTFOUND: notFound,
  EAI_AGAIN: notFound,
  EDNS: notFound,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ECONNREFUSED: ({ host, port }) => ({
    code: 'SMTP_NOTHING_ANSWERS',
    message: `Nothing answers at ${host}, port ${port}. Check the port of the mail server.`,
    values: { host, port: String(port) },
  }),
  ETIMEDOUT: silent,
  EABORT: silent,
}

function explain(error: MailError, around: Around): Sentence {
  const codes = codesOf(error)
  const { host, port } = around
  if (codes.some((code) => certificate.test(code)))
    return {
      code: 'SMTP_CERTIFICATE',
      message: `The certificate of the mail server ${host} is not trusted. Enter the CA certificate that signed it.`,
      values: { host },
    }
  if (codes.some((code) => code.startsWith('ERR_SSL')))
    return {
      code: 'SMTP_NO_TLS',
      message: `The mail server ${host} does not speak TLS on port ${port}. Check port and encryption.`,
      values: { host, port: String(port) },
    }
  const known = codes.map((code) => explanations[code]).find((one) => one !== undefined)
  if (known) return known(around)
  return {
    code: 'SMTP_BROKE',
    message: `The connection to the mail server ${host} broke.`,
    values: { host },
  }
}

/** The system's code goes before nodemailer's own. */
const codesOf = ({ originalCode, code }: MailError): readonly string[] =>
  [originalCode, code].filter((one) => typeof one === 'string')
