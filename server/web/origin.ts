import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'

/** Endings that no stranger can register, so that no foreign page can point them at this machine. */
const homeEndings = ['.localhost', '.local', '.lan', '.home', '.home.arpa', '.internal', '.fritz.box']

/**
 * Whether a Host header names this house: an address, a name of the home network, or the machine's own name.
 * Anything else may be a foreign page that moved its own name onto our address (DNS rebinding).
 */
export function isKnownHost(header: string | undefined, ownName = hostname()): boolean {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s/@]+))(?::\d{1,5})?$/i.exec(header ?? '')
  if (!parts) return false
  if (parts[1] !== undefined) return isIP(parts[1]) === 6
  const name = (parts[2] ?? '').toLowerCase().replace(/\.$/, '')
  if (isIP(name) === 4) return true
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)) return false
  return (
    !name.includes('.') || name === ownName.toLowerCase() || homeEndings.some((end) => name.endsWith(end))
  )
}

/**
 * Whether a request comes from our own pages or from no page at all. Browsers say so in `Sec-Fetch-Site`,
 * which no script can set; where they do not send it (plain HTTP), `Origin` must name the Host.
 */
export function isOwnOrigin({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return originNamesHost(headers)
}

const originNamesHost = ({ origin, host }: IncomingHttpHeaders): boolean =>
  origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase())

const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * Whether a request comes from this machine itself, and not through a proxy on it: proxies name the client, and those
 * that do not still show by an `Origin` that is not the `Host` they ask for.
 */
export const isFromHere = ({ socket, headers }: IncomingMessage): boolean =>
  isLoopback(socket.remoteAddress ?? '') &&
  proxyHeaders.every((name) => headers[name] === undefined) &&
  originNamesHost(headers)

const isLoopback = (address: string): boolean => {
  const plain = plainAddress(address)
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/** An address as one counts attempts: IPv4 as it is, IPv6 by its network of 64 bits, which one household owns. */
export function addressKey(address: string): string {
  const plain = plainAddress(address)
  if (isIP(plain) !== 6) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  return [...groups, ...Array<string>(Math.max(0, missing)).fill('0')].slice(0, 4).join(':')
}

const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')
