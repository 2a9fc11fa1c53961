import type { Sentence } from '#kit/sentence.ts'

const certificate = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** The broker's alerts about what was shown to it, and what OpenSSL makes of a file that is no certificate or key. */
const clientCertificate = /^ERR_SSL_.*ALERT_(BAD_CERT|CERT|UNKNOWN_CA|HANDSHAKE_FAILURE)|^ERR_OSSL_/

type Explain = (host: string, port: number) => Sentence

const refusedLogin: Explain = (host) => ({
  code: 'MQTT_LOGIN',
  message: `The broker at ${host} refused the login. Check user and password.`,
  values: { host },
})
const notFound: Explain = (host) => ({
  code: 'MQTT_HOST',
  message: `The host "${host}" was not found. Check its name.`,
  values: { host },
})
const unreachable: Explain = (host) => ({
  code: 'MQTT_UNREACHABLE',
  message: `${host} cannot be reached. Check that it is switched on and in this network.`,
  values: { host },
})

/** By the return code of CONNACK (MQTT 3.1.1, table 3.1), or by the system's error. */
const explanations: Readonly<Record<string, Explain>> = {
  1: (host) => ({
    code: 'MQTT_VERSION',
    message: `The broker at ${host} does not speak MQTT 3.1.1. Update it, or choose another broker.`,
    values: { host },
  }),
  2: (host) => ({
    code: 'MQTT_CLIENT_ID',
    message: `The broker at ${host} refused the client ID. Enter another one.`,
    values: { host },
  }),
  3: (host) => ({
    code: 'MQTT_UNAVAILABLE',
    message: `The broker at ${host} takes no connections at the moment. Look at its log if that lasts.`,
    values: { host },
  }),
  4: refusedLogin,
  5: refusedLogin,
  ENOTFOUND: notFound,
  EAI_AGAIN: notFound,
  ECONNREFUSED: (host, port) => ({
    code: 'MQTT_NOTHING_ANSWERS',
    message: `Nothing answers at ${host}, port ${port}. Check the port, and that the broker runs.`,
    values: { host, port: String(port) },
  }),
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
}

/** What went wrong with the connection to a broker, for the person who has set it up. */
export function explain(error: Error & { readonly code?: unknown }, host: string, port: number): Sentence {
  const { code, message: problem } = error
  const known = explanations[String(code)]
  if (known) return known(host, port)
  if (typeof code === 'string' && certificate.has(code))
    return {
      code: 'MQTT_CERTIFICATE',
      message: `The certificate of ${host} is not trusted (${problem}). Enter the CA certificate that signed it.`,
      values: { host, problem },
    }
  if (typeof code === 'string' && clientCertificate.test(code))
    return {
      code: 'MQTT_CLIENT_CERTIFICATE',
      message: `The client certificate for ${host} cannot be used (${problem}). Check that it is the one the broker knows, and that the key belongs to it.`,
      values: { host, problem },
    }
  // a broker without TLS answers with something else, or just hangs up
  if ((typeof code === 'string' && code.startsWith('ERR_SSL')) || /before secure TLS/.test(problem))
    return {
      code: 'MQTT_NO_TLS',
      message: `${host}, port ${port}, does not speak TLS. Check the port, or switch encryption off.`,
      values: { host, port: String(port) },
    }
  return {
    code: 'MQTT_FAILED',
    message: `The connection to ${host}, port ${port}, failed: ${problem}. Check that an MQTT broker answers there.`,
    values: { host, port: String(port), problem },
  }
}

export const brokeOff: Explain = (host, port) => ({
  code: 'MQTT_BROKE_OFF',
  message: `The connection to ${host}, port ${port}, broke off; it is tried again. If that lasts, check the network and the log of the broker.`,
  values: { host, port: String(port) },
})

export const notYet: Sentence = {
  code: 'MQTT_NOT_YET',
  message: 'there is no connection to the broker yet.',
}

export const connecting: Sentence = {
  code: 'MQTT_CONNECTING',
  message: 'There is no connection to the broker yet; it is tried again and again.',
}

export const isSlow: Sentence = {
  code: 'MQTT_SLOW',
  message: 'It takes them more slowly than they come: send less.',
}
