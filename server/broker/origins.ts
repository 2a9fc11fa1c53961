import type { IncomingMessage } from 'node:http'
import { BlockList, isIPv6 } from 'node:net'
import type { Origin } from './client-stream.ts'
import type { Proof } from './tls-server.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** 127.0.0.0/8 and ::1, also as an IPv4 address inside IPv6. */
export const isLoopback = (address: string): boolean =>
  loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

export const socketOrigin = (address = '', proof?: Proof): Origin => ({
  address,
  isLocal: isLoopback(address),
  ...proof,
})

/**
 * Where a WebSocket comes from, or nothing if its page is not ours. A request that came through a
 * proxy is not local, however near the proxy is; nor is a page that reached us by another name than
 * the machine's own, for a name can be made to point here (DNS rebinding). Pages that the owner allows are never local.
 */
export function webSocketOrigin(
  request: IncomingMessage,
  allows: (page: string) => boolean = () => false,
): Origin | undefined {
  const { origin: page, host = '' } = request.headers
  const isForeign = page !== undefined && URL.parse(page)?.host !== host.toLowerCase()
  if (isForeign && !allows(page)) return undefined
  const { address, isLocal } = socketOrigin(request.socket.remoteAddress)
  const isForwarded = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some(
    (name) => name in request.headers,
  )
  return {
    address,
    isLocal: isLocal && !isForwarded && !isForeign && (page === undefined || isOwnName(host)),
  }
}

function isOwnName(host: string): boolean {
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? ''
  return name === 'localhost' || (/^[\d.:a-f]+$/.test(name) && isLoopback(name))
}
