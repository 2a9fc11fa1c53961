import { type LimitSettings, limitRanges } from '#server/broker/clients/limit-settings.ts'
import type { User } from '#server/store/store.ts'
import type { AccessRule } from '../access-control.ts'
import type { ImportedBridge, ImportedUser, ImportNote, MosquittoPlan } from './plan.ts'

/** The house as a takeover finds it. */
export interface HouseBefore {
  readonly users: readonly User[]
  readonly rules: readonly AccessRule[]
  readonly limits: LimitSettings
  /** Names of the bridges that stand. */
  readonly bridges: readonly string[]
}

export interface LimitChange {
  readonly name: keyof LimitSettings
  readonly before: number
  readonly after: number
}

type NewRule = Omit<AccessRule, 'id'>

/** What a Mosquitto would change in a house. */
export interface Takeover {
  readonly accounts: readonly ImportedUser[]
  readonly rules: readonly NewRule[]
  /** Rules of the house that would let through what the access list keeps back. */
  readonly wideRules: readonly AccessRule[]
  readonly limits: readonly LimitChange[]
  readonly bridges: readonly ImportedBridge[]
  readonly notes: readonly ImportNote[]
}

/** What of a plan is new to a house. */
export function compareWithHouse(plan: MosquittoPlan, house: HouseBefore): Takeover {
  const roles = new Map(house.users.map(({ name, role }) => [name, role]))
  const standing = new Set(house.bridges)
  const bridges = new Map(plan.bridges.map((bridge) => [bridge.name, bridge]))
  const rules = newRules(plan.rules, house.rules)
  const limits = changedLimits(plan.limits, house.limits)
  return {
    accounts: plan.users.filter(({ name }) => !roles.has(name)),
    rules,
    wideRules: wideRules(plan.rules, house.rules),
    limits: limits.map(({ wanted: _, ...change }) => change),
    bridges: [...bridges.values()].filter(({ name }) => !standing.has(name)),
    notes: [
      ...plan.notes,
      ...plan.users.flatMap(({ name }) => (roles.has(name) ? accountStands(name) : [])),
      ...named(plan.rules).flatMap((name) => aboutSubject(name, roles.get(name), plan)),
      ...(rules.length < plan.rules.length ? [rulesStand(plan.rules.length - rules.length)] : []),
      ...limits.flatMap((change) => (change.after === change.wanted ? [] : limitOutside(change))),
      ...[...bridges.keys()].flatMap((name) => (standing.has(name) ? bridgeStands(name) : [])),
    ],
  }
}

const keyOf = ({ subject, actions, filter, effect, maxQoS, retain }: NewRule): string =>
  JSON.stringify([subject.kind, 'name' in subject && subject.name, actions, filter, effect, maxQoS, retain])

function newRules(wanted: readonly NewRule[], standing: readonly AccessRule[]): readonly NewRule[] {
  const known = new Set(standing.map(keyOf))
  return wanted.filter((rule) => {
    const key = keyOf(rule)
    if (known.has(key)) return false
    known.add(key)
    return true
  })
}

/** Beside a rule that allows everything, others that allow have no effect. What the files allow themselves stays. */
function wideRules(wanted: readonly NewRule[], standing: readonly AccessRule[]): readonly AccessRule[] {
  const ofFiles = new Set(wanted.map(keyOf))
  const isAboutGuests = wanted.some(({ subject }) => subject.kind === 'anonymous')
  const isAboutDevices = wanted.some(({ subject }) => subject.kind !== 'anonymous')
  return standing.filter((rule) => {
    const { subject, effect, filter } = rule
    const isMeant =
      subject.kind === 'anonymous'
        ? isAboutGuests
        : subject.kind === 'role' && subject.name === 'device' && isAboutDevices
    return isMeant && effect === 'allow' && filter === '#' && !ofFiles.has(keyOf(rule))
  })
}

function changedLimits(wanted: MosquittoPlan['limits'], now: LimitSettings) {
  return Object.entries(wanted).flatMap(([name, value]) => {
    if (!isSettable(name)) return []
    const { minimum = value, maximum = value } = limitRanges[name] ?? {}
    const after = Math.min(Math.max(value, minimum), maximum)
    return after === now[name] ? [] : [{ name, before: now[name], after, wanted: value }]
  })
}

const isSettable = (name: string): name is keyof LimitSettings => name in limitRanges

const named = (rules: readonly NewRule[]): readonly string[] => [
  ...new Set(rules.flatMap(({ subject }) => (subject.kind === 'user' ? subject.name : []))),
]

/** A rule about somebody who is not there, or whose role allows more, has another effect than its author thinks. */
function aboutSubject(name: string, role: User['role'] | undefined, { users }: MosquittoPlan): ImportNote[] {
  const place = { kind: 'differs', file: 'acl', line: 0 } as const
  if (role !== undefined && role !== 'device')
    return [
      {
        ...place,
        code: 'MOSQUITTO_USER_ROLE',
        message: `"${name}" is no device here, and may do what the rules for its role allow, whatever else is in the access list.`,
        values: { name },
      },
    ]
  if (role !== undefined || users.some((user) => user.name === name)) return []
  return [
    {
      ...place,
      code: 'MOSQUITTO_USER_MISSING',
      message: `There is no account "${name}". The rules for it wait until you add one.`,
      values: { name },
    },
  ]
}

const accountStands = (name: string): ImportNote => ({
  ...{ kind: 'left-out', file: 'passwords', line: 0 },
  code: 'MOSQUITTO_USER_STANDS',
  message: `There is an account "${name}" already. It keeps its password and its role.`,
  values: { name },
})

const rulesStand = (count: number): ImportNote => ({
  ...{ kind: 'left-out', file: 'acl', line: 0 },
  code: 'MOSQUITTO_RULES_STAND',
  message: `Rules that stand already, and are not added once more: ${count}.`,
  values: { count },
})

const limitOutside = ({
  wanted,
  after,
}: {
  readonly wanted: number
  readonly after: number
}): ImportNote => ({
  ...{ kind: 'differs', file: 'conf', line: 0 },
  code: 'MOSQUITTO_LIMIT',
  message: `A limit of ${wanted} is not possible here. It becomes ${after}.`,
  values: { wanted, after },
})

const bridgeStands = (name: string): ImportNote => ({
  ...{ kind: 'left-out', file: 'conf', line: 0 },
  code: 'MOSQUITTO_BRIDGE_STANDS',
  message: `There is a bridge "${name}" already. It stays as it is.`,
  values: { name },
})
