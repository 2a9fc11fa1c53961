import { isIPv4 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

/** Under what the house is reached from its network. */
export interface HouseNames {
  readonly names: readonly string[]
  readonly addresses: readonly string[]
}

/** The name that is announced in the network, unless another house has it. */
const HOUSE_NAME = 'wirehouse.local'

/**
 * The names and addresses of this machine. Of IPv6 those that stay: link-local ones cannot be asked for by
 * themselves, and global ones change every day.
 */
export function houseNames(): HouseNames {
  const own = hostname().toLowerCase()
  const names = [HOUSE_NAME, own, own.endsWith('.local') ? own : `${own.split('.')[0]}.local`, 'localhost']
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const addresses = found
    .map(({ address }) => address)
    .filter((address) => isIPv4(address) || isUniqueLocal(address))
  return { names: [...new Set(names)].filter(isDnsName), addresses: [...new Set([...addresses, '::1'])] }
}

/** fc00::/7 */
const isUniqueLocal = (address: string): boolean => /^f[cd]/i.test(address)

const isDnsName = (name: string): boolean =>
  name.length <= 253 &&
  /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$/.test(name)
