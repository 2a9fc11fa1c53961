import { isIP } from 'node:net'
import type * as z from 'zod'
import type { mqttBroker } from './definition.ts'

type Config = z.output<typeof mqttBroker.config>

/** What Node's TLS takes. */
export interface TlsOptions {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly ALPNProtocols?: string[]
}

/** What an encrypted connection shows of itself, and whom it trusts. */
export function tlsOptions(config: Config): TlsOptions {
  const { host, caCertificate, clientCertificate, clientKey, serverName, alpn } = config
  const name = serverName || (isIP(host) === 0 ? host : '')
  return {
    ...(caCertificate !== '' && { ca: caCertificate }),
    ...(clientCertificate !== '' && { cert: clientCertificate, key: clientKey }),
    ...(name !== '' && { servername: name }),
    ...(alpn !== '' && { ALPNProtocols: [alpn] }),
  }
}
