import { expect, test } from 'vitest'
import { limitSettings } from '#server/broker/clients/limit-settings.ts'
import type { AccessRule } from '../access-control.ts'
import { allowAll } from '../access-rig.ts'
import { readMosquitto } from './read-mosquitto.ts'
import { compareWithHouse, type HouseBefore } from './takeover.ts'

const devices: AccessRule = { ...allowAll, id: 'devices', subject: { kind: 'role', name: 'device' } }
const guests: AccessRule = { ...allowAll, id: 'this-machine', subject: { kind: 'anonymous' } }
const owners: AccessRule = { ...allowAll, id: 'owners', subject: { kind: 'role', name: 'owner' } }
const house: HouseBefore = {
  users: [{ name: 'ada', role: 'owner' }],
  rules: [owners, devices, guests],
  limits: limitSettings.parse({}),
  bridges: [],
}
const takeover = (files: Parameters<typeof readMosquitto>[0], changes: Partial<HouseBefore> = {}) =>
  compareWithHouse(readMosquitto(files), { ...house, ...changes })
const ids = (rules: readonly AccessRule[]) => rules.map(({ id }) => id)
const codes = (taken: ReturnType<typeof takeover>) =>
  taken.notes.filter(({ line }) => line === 0).map(({ kind, code }) => `${kind} ${code}`)

test('accounts whose names stand are left as they are', () => {
  const taken = takeover({ passwords: 'ada:x\nbell:y' })
  expect(taken.accounts.map(({ name }) => name)).toEqual(['bell'])
  expect(codes(taken)).toEqual(['left-out MOSQUITTO_USER_STANDS'])
})

test('rules that stand are not doubled, and those that stand twice in the file come once', () => {
  const acl = 'pattern read a/#\nuser bell\ntopic b\ntopic b\ntopic write c'
  const first = takeover({ acl, passwords: 'bell:x' })
  expect(first.rules.map(({ filter }) => filter)).toEqual(['a/#', 'b', 'c'])
  const standing = first.rules.map((rule, index) => ({ ...rule, id: `${index}`, note: 'Mine.' }))
  const again = takeover({ acl, passwords: 'bell:x' }, { rules: standing })
  expect(again.rules).toEqual([])
  expect(again.notes.find(({ code }) => code === 'MOSQUITTO_RULES_STAND')?.values).toEqual({ count: 4 })
})

test.each([
  ['rules about users', 'user bell\ntopic a', ['devices']],
  ['patterns', 'pattern read a/%u', ['devices']],
  ['rules about clients without a login', 'topic a', ['this-machine']],
  ['both', 'topic a\nuser bell\ntopic b', ['devices', 'this-machine']],
  ['no rules', '# nothing', []],
  ['the same wide rule, in the file itself', 'topic readwrite #\ntopic a', []],
])('%s make wide rules a hole', (_, acl, expected) => {
  expect(ids(takeover({ acl }).wideRules)).toEqual(expected)
})

test('rules about who is no device, or not there, are told', () => {
  const acl = 'user ada\ntopic a\nuser ghost\ntopic b'
  expect(codes(takeover({ acl }))).toEqual([
    'differs MOSQUITTO_SUBSCRIBES',
    'differs MOSQUITTO_USER_ROLE',
    'differs MOSQUITTO_USER_MISSING',
  ])
})

test('limits change where they differ, within what is possible here', () => {
  const conf = 'max_connections 100000\nmax_queued_messages 1000\nmessage_size_limit 2048'
  const taken = takeover({ conf })
  expect(taken.limits).toEqual([
    { name: 'connections', before: 500, after: 10_000 },
    { name: 'packetBytes', before: 1_048_576, after: 2_048 },
  ])
  expect(codes(taken)).toEqual(['differs MOSQUITTO_LIMIT'])
})

test('a bridge that stands stays', () => {
  const conf = 'connection cloud\naddress a.example\nconnection shed\naddress b.example'
  const taken = takeover({ conf }, { bridges: ['shed'] })
  expect(taken.bridges.map(({ name }) => name)).toEqual(['cloud'])
  expect(codes(taken)).toEqual(['left-out MOSQUITTO_BRIDGE_STANDS'])
})
