import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '../store/store.ts'
import { type WebRig, webRig } from './rig/web-rig.ts'
import { type RouteName, type RouteRule, routeRules } from './roles.ts'

let rig: WebRig
beforeAll(async () => {
  rig = await webRig()
})
afterAll(() => rig[Symbol.asyncDispose]())

const roles: readonly (Role | null)[] = ['owner', 'editor', 'viewer', 'device', null]
/** What each role may do, written down a second time, as people would say it. */
const may: Record<Role, (name: string) => boolean> = {
  owner: () => true,
  editor: (name) =>
    !/users($|\/:name$)| \/api\/users$|\/trust$|\/dismiss$|broker\/(rules|token-settings|client-ids|doors|listeners|certificate|keys)|(POST|PUT|DELETE) \/api\/broker\//.test(
      name,
    ),
  viewer: (name) =>
    / \/api\/(tokens|session|browsers)/.test(name) ||
    name.endsWith('/password') ||
    (name.startsWith('GET ') &&
      !/\/discover$|\/pair\/:code$|\/api\/users$|broker\/(rules|token-settings|client-ids|doors|listeners|certificate|keys)/.test(
        name,
      )),
  device: (name) => name.includes(' /api/mqtt/') || name.endsWith(' /api/session'),
}
const open = [
  'GET /api/health',
  'GET /api/setup',
  'POST /api/setup',
  'POST /api/session',
  'DELETE /api/session',
  'GET /api/broker/ca.pem',
]

const cases = Object.keys(routeRules).flatMap((name) =>
  roles.map((role) => [name as RouteName, role] as const),
)

test.each(cases)('%s as %s', async (name, role) => {
  const path = name
    .replace('*topic', 'a/b')
    .replace('*id', 'a/b')
    .replace('*key', 'a/b')
    .replace('*client', 'a/b')
    .replace(/:\w+/g, 'nothing')
  const { status } = await rig.call(path, { as: role })
  const isAllowed = open.includes(name) || (role !== null && may[role](name))
  const refused = role === null ? 401 : 403
  if (isAllowed) expect([401, 403]).not.toContain(status)
  else expect(status).toBe(refused)
})

test('only health, set-up and signing in and out are open to anyone', () => {
  const rules: [string, RouteRule][] = Object.entries(routeRules)
  expect(rules.filter(([, rule]) => rule.roles === 'anyone').map(([name]) => name)).toEqual(open)
})
