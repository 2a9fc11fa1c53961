import { networkInterfaces } from 'node:os'

/** A network that this machine is in. */
export interface Network {
  readonly ipv4: string
  /** Those that stay; none if the house listens by IPv4 alone. */
  readonly ipv6: readonly string[]
}

/** All addresses of this machine: another program on it may speak of the house, too. */
export const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))

/** The networks in which a house is heard that listens there; none if it listens to this machine alone. */
export function networksOf(host: string): readonly Network[] {
  const isEverywhere = host === '0.0.0.0' || host === '::'
  return Object.values(networkInterfaces()).flatMap((addresses = []) => {
    const outside = addresses.filter(({ internal }) => !internal)
    const ipv6 = outside
      .filter(({ address }) => /^(fe80:|f[cd])/i.test(address))
      .map(({ address }) => address)
    const ipv4 = outside.filter(
      ({ family, address }) => family === 'IPv4' && (isEverywhere || address === host),
    )
    return ipv4.map(({ address }) => ({ ipv4: address, ipv6: host === '::' ? ipv6 : [] }))
  })
}
