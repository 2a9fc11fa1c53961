const certificate = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** What went wrong with the connection to a broker, for the person who has set it up. */
export function explain(error: Error & { readonly code?: unknown }, host: string, port: number): string {
  const { code } = error
  if (code === 4 || code === 5) return `The broker at ${host} refused the login. Check user and password.`
  if (code === 2) return `The broker at ${host} refused the client ID. Enter another one.`
  if (code === 1) return `The broker at ${host} does not speak MQTT 3.1.1.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The host "${host}" was not found. Check its name.`
  if (code === 'ECONNREFUSED')
    return `Nothing answers at ${host}, port ${port}. Check the port, and that the broker runs.`
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return `${host} cannot be reached. Check that it is switched on and in this network.`
  if (typeof code === 'string' && certificate.has(code))
    return `The certificate of ${host} is not trusted (${error.message}). Enter the CA certificate that signed it.`
  // a broker without TLS answers with something else, or just hangs up
  if ((typeof code === 'string' && code.startsWith('ERR_SSL')) || /before secure TLS/.test(error.message))
    return `${host}, port ${port}, does not speak TLS. Check the port, or switch encryption off.`
  return `The connection to ${host} failed: ${error.message}`
}
