import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { QoS } from '#kit/mqtt.ts'
import { checkTopicFilter, topicMatches } from '#kit/topic.ts'
import type { AccessAction, AccessRule, Subject, Verdict } from './access-control.ts'
import { allowAll } from './access-rig.ts'
import { RuleBook } from './rule-book.ts'
import { fillFilter, fitsClientId } from './rule-filter.ts'

const rule = (changes: Partial<AccessRule> = {}): AccessRule => ({ ...allowAll, id: 'rule', ...changes })
const deny = (filter: string, changes: Partial<AccessRule> = {}) =>
  rule({ effect: 'deny', filter, ...changes })
const bell: Subject = { user: 'bell', role: 'device', clientId: 'bell-1' }
const guest: Subject = { role: 'anonymous', clientId: 'guest' }
const may = (rules: readonly AccessRule[], action: AccessAction, topic: string, subject = bell) =>
  new RuleBook(rules).decide(subject, action, topic).allowed

test.each([
  ['nothing is allowed without a rule', [], 'publish', 'a', false],
  ['a rule for everyone', [rule()], 'publish', 'a', true],
  ['a rule for another action', [rule({ actions: ['receive'] })], 'publish', 'a', false],
  ['another filter', [rule({ filter: 'b/#' })], 'publish', 'a', false],
  ['the role', [rule({ subject: { kind: 'role', name: 'device' } })], 'publish', 'a', true],
  ['another role', [rule({ subject: { kind: 'role', name: 'viewer' } })], 'publish', 'a', false],
  ['the user', [rule({ subject: { kind: 'user', name: 'bell' } })], 'publish', 'a', true],
  ['another user', [rule({ subject: { kind: 'user', name: 'Bell' } })], 'publish', 'a', false],
  ['the client id', [rule({ subject: { kind: 'client', name: 'bell-*' } })], 'publish', 'a', true],
  ['the anonymous', [rule({ subject: { kind: 'anonymous' } })], 'publish', 'a', false],
  ['deny over allow', [rule(), deny('a')], 'publish', 'a', false],
  ['deny over allow, whatever the order', [deny('a'), rule()], 'publish', 'a', false],
  ['%u', [rule({ filter: 'dev/%u/#' })], 'publish', 'dev/bell/x', true],
  ['%u of another', [rule({ filter: 'dev/%u/#' })], 'publish', 'dev/lamp/x', false],
  ['%c within a level', [rule({ filter: 'dev/x-%c' })], 'publish', 'dev/x-bell-1', true],
  ['topics of the broker', [rule()], 'receive', '$SYS/broker/uptime', false],
  ['a filter that a rule covers', [rule({ filter: 'a/#' })], 'subscribe', 'a/+/b', true],
  ['a filter with its parent', [rule({ filter: 'a/#' })], 'subscribe', 'a/#', true],
  ['a filter without its parent', [rule({ filter: 'a/+/#' })], 'subscribe', 'a/#', false],
  ['a filter that is wider', [rule({ filter: 'a/+' })], 'subscribe', 'a/#', false],
  [
    'a filter that rules cover together',
    [rule({ filter: 'a' }), rule({ filter: 'a/+/#' })],
    'subscribe',
    'a/#',
    true,
  ],
  ['a filter denied in part', [rule(), deny('a/secret')], 'subscribe', 'a/#', true],
  ['a filter denied as a whole', [rule(), deny('a/#')], 'subscribe', 'a/+', false],
  ['a filter denied by rules together', [rule(), deny('a'), deny('a/+/#')], 'subscribe', 'a/#', false],
  ['what may not be asked for', [rule(), deny('a', { actions: ['subscribe'] })], 'receive', 'a', false],
  ['filters of the broker', [rule()], 'subscribe', '$SYS/#', false],
] as [string, AccessRule[], AccessAction, string, boolean][])('%s', (_, rules, action, topic, allowed) => {
  expect(may(rules, action, topic)).toBe(allowed)
})

test('says the rule, and grants the most of those that allow', () => {
  const [low, high] = [rule({ id: 'low', maxQoS: 0 }), rule({ id: 'high', maxQoS: 1, retain: false })]
  const book = new RuleBook([low, high, deny('b', { id: 'deny' })])
  expect(book.decide(bell, 'publish', 'a')).toEqual({ allowed: true, maxQoS: 1, retain: true, rule: high })
  expect(book.decide(bell, 'publish', 'b')).toMatchObject({ allowed: false, rule: { id: 'deny' } })
  expect(book.decide(bell, 'subscribe', '#').maxQoS).toBe(1)
})

test('grants for a filter the least of what its parts are granted', () => {
  const book = new RuleBook([rule({ filter: 'a' }), rule({ filter: 'a/+/#', maxQoS: 1 })])
  expect(book.decide(bell, 'subscribe', 'a/#')).toMatchObject({ allowed: true, maxQoS: 1 })
})

test('nobody is unlimited where something is denied or capped', () => {
  const unlimited = (...rules: AccessRule[]) => new RuleBook(rules).isUnlimited(bell, 'publish')
  expect(unlimited(rule())).toBe(true)
  expect(unlimited(rule(), deny('$SYS/#'))).toBe(true)
  expect(unlimited(rule(), deny('a', { actions: ['receive'] }))).toBe(true)
  expect(unlimited(rule(), deny('a'))).toBe(false)
  expect(unlimited(rule({ maxQoS: 1 }))).toBe(false)
  expect(unlimited(rule({ retain: false }))).toBe(false)
  expect(unlimited(rule({ filter: '+/#' }))).toBe(false)
})

test('a token narrows what the rules allow, and never widens it', () => {
  const scope = [rule({ filter: 'a/#', maxQoS: 1 }), rule({ filter: 'b' })]
  const book = new RuleBook([rule({ filter: 'a/#' }), rule({ filter: 'c' })])
  const verdicts = ['a/x', 'b', 'c'].map((topic) => book.decide({ ...bell, scope }, 'publish', topic))
  expect(verdicts.map(({ allowed, maxQoS }) => allowed && maxQoS)).toEqual([1, false, false])
})

test.each(['', '+', '#', 'a/b', 'a#', '$SYS', 'a\0b', 'a\nb'])('%j fills no place of a filter', (value) => {
  expect(fillFilter('a/%u/x', { user: value, clientId: 'c' })).toBeUndefined()
  expect(fillFilter('a/%c/x', { user: 'u', clientId: value })).toBeUndefined()
})

test('who has no name fills no %u', () => {
  expect(may([rule({ filter: 'a/%u' })], 'publish', 'a/', guest)).toBe(false)
  expect(may([rule({ filter: 'a/%u' })], 'publish', 'a/%u', guest)).toBe(false)
})

test.each([
  ['a', 'a', true],
  ['a', 'ab', false],
  ['a*', 'ab', true],
  ['*', 'x', true],
  ['*', '', false],
  ['a*a', 'a', false],
  ['a*b*c', 'a1b2c', true],
  ['a*b*c', 'a1c2b', false],
  ['a.c', 'abc', false],
])('the client id %s fits %s: %j', (pattern, clientId, fits) => {
  expect(fitsClientId(pattern, clientId)).toBe(fits)
})

test('a client id of 64 KB is told from one with many stars at once', () => {
  const begun = performance.now()
  expect(fitsClientId(`${'*a'.repeat(100)}*b`, 'a'.repeat(65_000))).toBe(false)
  expect(performance.now() - begun).toBeLessThan(200)
})

// Small alphabets, so that rules, topics and filters meet.
const level = fc.constantFrom('a', 'b', '', '%u', '%c')
const pattern = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 3 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'))
  .filter((filter) => checkTopicFilter(filter) === undefined)
const subjects = fc.constantFrom<Subject>(
  { user: 'a', role: 'device', clientId: 'b' },
  { user: 'b', role: 'viewer', clientId: '#' },
  { role: 'anonymous', clientId: '' },
)
const rules = fc.array(
  fc.record<AccessRule>({
    id: fc.uuid(),
    subject: fc.constantFrom<AccessRule['subject'][]>(
      { kind: 'everyone' },
      { kind: 'anonymous' },
      { kind: 'role', name: 'device' },
      { kind: 'user', name: 'b' },
      { kind: 'client', name: '*' },
    ),
    actions: fc.subarray(['publish', 'subscribe', 'receive'] as AccessAction[], { minLength: 1 }),
    filter: pattern,
    effect: fc.constantFrom('allow', 'allow', 'deny'),
    maxQoS: fc.constantFrom<QoS[]>(0, 1, 2),
    retain: fc.boolean(),
    note: fc.constant(''),
  }),
  { maxLength: 6 },
)

/** The rules as one would read them out, without anything made ready. */
function naive(all: readonly AccessRule[], subject: Subject, action: AccessAction, topic: string) {
  const own = all.filter(({ subject: about, actions, effect }) => {
    const isAbout =
      about.kind === 'everyone' ||
      (about.kind === 'anonymous' && subject.user === undefined) ||
      (about.kind === 'role' && subject.role === about.name) ||
      (about.kind === 'user' && subject.user === about.name) ||
      (about.kind === 'client' && subject.clientId !== '')
    const reaches = effect === 'deny' && action === 'receive' && actions.includes('subscribe')
    return isAbout && (actions.includes(action) || reaches)
  })
  const matches = ({ filter }: AccessRule) => {
    const isBad = (value = '') => value === '' || value === '#'
    if (filter.includes('%u') && isBad(subject.user)) return false
    if (filter.includes('%c') && isBad(subject.clientId)) return false
    const filled = filter.replaceAll('%u', subject.user ?? '').replaceAll('%c', subject.clientId)
    return topicMatches(filled, topic)
  }
  const matching = own.filter(matches)
  const allows = matching.filter(({ effect }) => effect === 'allow')
  if (allows.length < matching.length || allows.length === 0) return { allowed: false }
  const maxQoS = Math.max(...allows.map((one) => one.maxQoS))
  return { allowed: true, maxQoS, retain: allows.some(({ retain }) => retain) }
}

const said = ({ allowed, maxQoS, retain }: Verdict) => (allowed ? { allowed, maxQoS, retain } : { allowed })

test('decides for topics as the rules read', () => {
  const topics = fc
    .array(fc.constantFrom('a', 'b', '', 'x', '%u'), { minLength: 1, maxLength: 4 })
    .map((levels) => levels.join('/'))
    .filter((topic) => topic !== '')
  fc.assert(
    fc.property(
      rules,
      subjects,
      fc.constantFrom('publish', 'receive'),
      topics,
      (all, subject, action, topic) => {
        const verdict = new RuleBook(all).decide(subject, action, topic)
        expect(said(verdict)).toEqual(naive(all, subject, action, topic))
      },
    ),
    { numRuns: 2_000 },
  )
})

test('a filter is granted where each topic that it matches is, and refused where none is', () => {
  const filters = pattern.filter((filter) => !filter.includes('%'))
  fc.assert(
    fc.property(rules, subjects, filters, (all, subject, filter) => {
      const topics = everyTopic.filter((topic) => topicMatches(filter, topic))
      const isAllowed = (some: readonly AccessRule[], topic: string) =>
        naive(some, subject, 'subscribe', topic).allowed
      const allows = all.filter(({ effect }) => effect === 'allow')
      const denials = all.map((one) => (one.effect === 'deny' ? one : { ...one, actions: [] }))
      const opened = [...denials, rule()]
      const isCovered = topics.every((topic) => isAllowed(allows, topic))
      const isDenied = topics.every((topic) => !isAllowed(opened, topic))
      expect(new RuleBook(all).decide(subject, 'subscribe', filter).allowed).toBe(isCovered && !isDenied)
    }),
    { numRuns: 2_000 },
  )
})

/** Up to five levels, one more than any filter here has, with a name that none of them knows. */
const names = ['a', 'b', '', 'unknown']
const everyTopic = Array.from({ length: 5 }, (_, depth) => depth + 1)
  .flatMap((depth) =>
    Array.from({ length: names.length ** depth }, (_, number) =>
      Array.from(
        { length: depth },
        (_, at) => names[Math.floor(number / names.length ** at) % names.length],
      ).join('/'),
    ),
  )
  .filter((topic) => topic !== '')
