import { TopicTree } from '#server/broker/topic-tree.ts'
import type { AccessAction, AccessRule, Subject, Verdict } from './access-control.ts'
import { fillFilter, fitsClientId, sampleTopics } from './rule-filter.ts'

/** Verdicts that are remembered for one subject and action. */
const MAX_REMEMBERED = 1_000
const refused: Verdict = { allowed: false, maxQoS: 0, retain: false }

/**
 * A set of rules, made ready to be asked for each message. What applies to a subject is found out once; the
 * same subject must be given as the same object for that.
 */
export class RuleBook {
  readonly #rules: readonly AccessRule[]
  readonly #subjects = new WeakMap<Subject, readonly SubjectRules[]>()

  constructor(rules: readonly AccessRule[]) {
    this.#rules = rules
  }

  decide(subject: Subject, action: AccessAction, topic: string): Verdict {
    return this.#of(subject)
      .map((rules) => rules.decide(action, topic))
      .reduce(narrower)
  }

  /** Whether every message to, or filter for, topics that do not begin with `$` is allowed without limits. */
  isUnlimited(subject: Subject, action: AccessAction): boolean {
    return this.#of(subject).every((rules) => rules.isUnlimited(action))
  }

  /** Whether anything is allowed at all, on topics that do not begin with `$`. */
  mayAnything(subject: Subject, action: AccessAction): boolean {
    return this.#of(subject).every((rules) => rules.mayAnything(action))
  }

  /** The rules, and what a token has brought along: both must allow. */
  #of(subject: Subject): readonly SubjectRules[] {
    const known = this.#subjects.get(subject)
    if (known !== undefined) return known
    const { scope } = subject
    const found = [this.#rules, ...(scope ? [scope] : [])].map((rules) => new SubjectRules(rules, subject))
    this.#subjects.set(subject, found)
    return found
  }
}

/** The rules that apply to one subject, by action. */
class SubjectRules {
  readonly #byAction: Readonly<Record<AccessAction, ActionRules>>

  constructor(rules: readonly AccessRule[], subject: Subject) {
    const values = { user: subject.user, clientId: subject.clientId }
    const own = rules
      .filter((rule) => isAbout(rule, subject))
      .flatMap((rule) => {
        const filter = fillFilter(rule.filter, values)
        return filter === undefined ? [] : [{ rule, filter }]
      })
    const about = (action: AccessAction) => new ActionRules(own.filter(({ rule }) => concerns(rule, action)))
    this.#byAction = {
      publish: about('publish'),
      subscribe: about('subscribe'),
      receive: about('receive'),
    }
  }

  decide(action: AccessAction, topic: string): Verdict {
    const rules = this.#byAction[action]
    return action === 'subscribe' ? rules.ofFilter(topic) : rules.ofTopic(topic)
  }

  isUnlimited(action: AccessAction): boolean {
    return this.#byAction[action].isUnlimited
  }

  mayAnything(action: AccessAction): boolean {
    return this.#byAction[action].mayAnything
  }
}

/** A rule with its places filled. */
interface FilledRule {
  readonly rule: AccessRule
  readonly filter: string
}

class ActionRules {
  readonly isUnlimited: boolean
  readonly mayAnything: boolean
  readonly #allows = new TopicTree<AccessRule>()
  readonly #denies = new TopicTree<AccessRule>()
  readonly #depth: number
  readonly #ofTopic = new Map<string, Verdict>()
  readonly #ofFilter = new Map<string, Verdict>()

  constructor(rules: readonly FilledRule[]) {
    for (const { rule, filter } of rules)
      (rule.effect === 'allow' ? this.#allows : this.#denies).add(filter, rule)
    this.#depth = Math.max(0, ...rules.map(({ filter }) => filter.split('/').length))
    this.mayAnything =
      rules.some(({ rule, filter }) => rule.effect === 'allow' && !filter.startsWith('$')) &&
      !rules.some(({ rule, filter }) => rule.effect === 'deny' && filter === '#')
    const isOpen = rules.some(({ rule, filter }) => filter === '#' && isWithoutLimits(rule))
    this.isUnlimited =
      isOpen && rules.every(({ rule, filter }) => rule.effect === 'allow' || filter.startsWith('$'))
  }

  ofTopic(topic: string): Verdict {
    return remembered(this.#ofTopic, topic, () => {
      const [deny] = this.#denies.match(topic)
      return deny ? { ...refused, rule: deny } : together(this.#allows.match(topic))
    })
  }

  /** Allowed where all of it is, by one rule or several; what is denied of it is kept back message by message. */
  ofFilter(filter: string): Verdict {
    return remembered(this.#ofFilter, filter, () => {
      const parts = sampleTopics(filter, this.#depth)
      const denies = parts.map((topic) => this.#denies.match(topic)[0])
      const [deny] = denies
      if (deny !== undefined && denies.every((one) => one !== undefined)) return { ...refused, rule: deny }
      return parts.map((topic) => together(this.#allows.match(topic))).reduce(narrower)
    })
  }
}

function isAbout({ subject: about }: AccessRule, { user, role, clientId }: Subject): boolean {
  switch (about.kind) {
    case 'everyone':
      return true
    case 'anonymous':
      return role === 'anonymous'
    case 'role':
      return about.name === role
    case 'user':
      return about.name === user
    case 'client':
      return fitsClientId(about.name, clientId)
  }
}

/** Who may not ask for a topic is not sent it by a wider filter either. */
const concerns = ({ actions, effect }: AccessRule, action: AccessAction): boolean =>
  actions.includes(action) || (effect === 'deny' && action === 'receive' && actions.includes('subscribe'))

const isWithoutLimits = ({ effect, maxQoS, retain }: AccessRule): boolean =>
  effect === 'allow' && maxQoS === 2 && retain

/** What allowing rules grant together: the most that one of them does. */
function together(rules: readonly AccessRule[]): Verdict {
  const [first, ...others] = rules
  if (first === undefined) return refused
  const best = others.reduce((one, other) => (other.maxQoS > one.maxQoS ? other : one), first)
  return { allowed: true, maxQoS: best.maxQoS, retain: rules.some(({ retain }) => retain), rule: best }
}

function narrower(one: Verdict, other: Verdict): Verdict {
  if (!one.allowed || !other.allowed) return one.allowed ? other : one
  const lower = other.maxQoS < one.maxQoS ? other : one
  return { ...lower, retain: one.retain && other.retain }
}

function remembered(verdicts: Map<string, Verdict>, topic: string, find: () => Verdict): Verdict {
  const known = verdicts.get(topic)
  if (known !== undefined) return known
  const verdict = find()
  if (verdicts.size >= MAX_REMEMBERED) verdicts.clear()
  verdicts.set(topic, verdict)
  return verdict
}
