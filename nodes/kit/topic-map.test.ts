import { expect, test } from 'vitest'
import { checkTopicMap, exampleOf, toLocal, toRemote } from './topic-map.ts'

const map = (filter: string, localPrefix = '', remotePrefix = '') => ({
  ...({ direction: 'both', qos: 1 } as const),
  ...{ filter, localPrefix, remotePrefix },
})

test.each([
  [map('#'), 'a/b', 'a/b'],
  [map('home/#', '', 'haus/'), 'home/door', 'haus/home/door'],
  [map('+/state', 'zigbee/', 'site/1/'), 'zigbee/lamp/state', 'site/1/lamp/state'],
  [map('', 'door/bell', 'klingel'), 'door/bell', 'klingel'],
  [map('#', '$SYS/', 'house/'), '$SYS/broker/uptime', 'house/broker/uptime'],
])('%j: %s is there %s', (one, local, remote) => {
  expect(toRemote(one, local)).toBe(remote)
  expect(toLocal(one, remote)).toBe(local)
})

test('is not about other topics', () => {
  expect(toRemote(map('home/#', 'a/'), 'home/door')).toBeUndefined()
  expect(toLocal(map('#', '', 'cloud/'), 'other/door')).toBeUndefined()
  expect(toRemote(map('#'), '$SYS/broker/uptime')).toBeUndefined()
})

test.each([
  [map('a#'), 'TOPIC_WILDCARD_PLACE'],
  [map('a', 'x/+/'), 'TOPIC_WILDCARD'],
  [map(''), 'TOPIC_EMPTY'],
  [map('x', '$share/g/'), 'TOPIC_SHARED'],
])('%j cannot be used: %s', (one, code) => {
  expect(checkTopicMap(one)?.code).toBe(code)
})

test('shows what it does', () => {
  expect(exampleOf(map('home/+/#', '', 'haus/'))).toEqual({ local: 'home/x/x', remote: 'haus/home/x/x' })
})
