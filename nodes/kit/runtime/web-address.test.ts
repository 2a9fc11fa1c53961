import { networkInterfaces } from 'node:os'
import { expect, it } from 'vitest'
import { reachOf } from './web-address.ts'

it.each([
  ['127.0.0.1', 'machine'],
  ['127.9.9.9', 'machine'],
  ['0.0.0.0', 'machine'],
  ['::1', 'machine'],
  ['::', 'machine'],
  ['::ffff:127.0.0.1', 'machine'],
  ['::ffff:7f00:1', 'machine'],
  ['0:0:0:0:0:ffff:7f00:0001', 'machine'],
  ['64:ff9b::7f00:1', 'machine'],
  ['2002:7f00:0001::', 'machine'],
  ['169.254.169.254', 'link'],
  ['::ffff:169.254.169.254', 'link'],
  ['fe80::1%eth0', 'link'],
  ['fd00:ec2::254', 'link'],
  ['100.100.100.200', 'link'],
  ['192.0.0.192', 'link'],
  ['10.1.2.3', 'home'],
  ['172.31.255.255', 'home'],
  ['192.168.1.20', 'home'],
  ['fd12:3456::1', 'home'],
  ['224.0.0.1', 'home'],
  ['172.32.0.1', 'internet'],
  ['8.8.8.8', 'internet'],
  ['2606:4700::1111', 'internet'],
  ['::ffff:8.8.8.8', 'internet'],
])('%s leads to: %s', (address, reach) => {
  expect(reachOf(address)).toBe(reach)
})

it('takes each address of this machine for the machine', () => {
  const own = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  expect(own.map(({ address }) => reachOf(address)).filter((reach) => reach !== 'link')).toEqual(
    own.filter(({ address }) => !address.startsWith('fe80')).map(() => 'machine'),
  )
})
