import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/**
 * Where an address leads, as far as it matters who may be reached: this machine, which trusts what comes from
 * itself; addresses that never leave the cable, where clouds keep their keys; the network at home; the internet.
 */
export type Reach = 'machine' | 'link' | 'home' | 'internet'

const ranges: readonly (readonly [Exclude<Reach, 'internet'>, address: string, bits: number])[] = [
  ['machine', '127.0.0.0', 8],
  ['machine', '0.0.0.0', 8],
  ['machine', '::1', 128],
  ['machine', '::', 128],
  ['link', '169.254.0.0', 16],
  ['link', 'fe80::', 10],
  // metadata of clouds outside of 169.254: AWS over IPv6, Alibaba, Oracle
  ['link', 'fd00:ec2::254', 128],
  ['link', '100.100.100.200', 32],
  ['link', '192.0.0.0', 24],
  ['home', '10.0.0.0', 8],
  ['home', '172.16.0.0', 12],
  ['home', '192.168.0.0', 16],
  ['home', '100.64.0.0', 10],
  ['home', '198.18.0.0', 15],
  ['home', '224.0.0.0', 3],
  ['home', 'fc00::', 7],
  ['home', 'fec0::', 10],
  ['home', 'ff00::', 8],
]

const lists = ['machine', 'link', 'home'].map((reach) => {
  const list = new BlockList()
  for (const [of, address, bits] of ranges)
    if (of === reach) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return [reach as Reach, list] as const
})

/** Where an IP address leads. IPv4 within IPv6 counts as what it is; the machine's own addresses lead to itself. */
export function reachOf(address: string): Reach {
  const plain = address.replace(/%.*$/, '')
  const inner = innerAddress(plain)
  if (inner !== undefined) return reachOf(inner)
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  const known = lists.find(([, list]) => list.check(plain, family))?.[0]
  if (known === 'machine' || known === 'link') return known
  return isOwn(plain) ? 'machine' : (known ?? 'internet')
}

/** The IPv4 address in a mapped one (`::ffff:0:0/96`), a translated one (`64:ff9b::/96`) or a 6to4 one (`2002::/16`). */
function innerAddress(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined
  const words = wordsOf(address)
  const head = words.slice(0, 6).join()
  if (head === '0,0,0,0,0,65535' || head === '100,65435,0,0,0,0') return dotted(words[6], words[7])
  return words[0] === 0x2002 ? dotted(words[1], words[2]) : undefined
}

/** The eight words of an IPv6 address. */
function wordsOf(address: string): readonly number[] {
  // the URL parser writes IPv4 at the end as words, too
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const read = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)))
  const start = read(head)
  const end = tail === undefined ? [] : read(tail)
  return [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end]
}

const dotted = (high = 0, low = 0): string =>
  [high >> 8, high & 255, low >> 8, low & 255].map(String).join('.')

const isOwn = (address: string): boolean =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .some((entry) => entry.address === address)
