import { checkTopicFilter } from '#kit/topic.ts'
import type { AccessAction, AccessRule, RuleSubject } from '../access-control.ts'
import { isBrokersOwn } from '../rule-filter.ts'
import { type ImportNote, linesOf, Notes, quoted, splitWord, strangeSign } from './plan.ts'

export interface ReadAcl {
  readonly rules: readonly Omit<AccessRule, 'id'>[]
  readonly notes: readonly ImportNote[]
}

const MAX_NAME = 200
const everything: readonly AccessAction[] = ['publish', 'subscribe', 'receive']
const accesses: Readonly<Record<string, { actions: readonly AccessAction[]; effect: AccessRule['effect'] }>> =
  {
    read: { actions: ['subscribe', 'receive'], effect: 'allow' },
    write: { actions: ['publish'], effect: 'allow' },
    readwrite: { actions: everything, effect: 'allow' },
    deny: { actions: everything, effect: 'deny' },
  }

/**
 * Reads an ACL file. `topic` lines are about the user named last, or about clients without a login;
 * `pattern` lines are about everyone, and only there Mosquitto fills in `%u` and `%c`: lines that hope for
 * it elsewhere are read as they were meant.
 */
export function readAcl(text: string): ReadAcl {
  const notes = new Notes('acl')
  const rules: Omit<AccessRule, 'id'>[] = []
  let user: string | undefined
  let isUserKnown = true
  for (const { number, text: line } of linesOf(text)) {
    const parts = splitWord(line)
    if (parts?.sign !== undefined) notes.add('repaired', number, strangeSign(parts.word, parts.sign))
    if (parts?.word === 'user') {
      isUserKnown = parts.rest !== '' && parts.rest.length <= MAX_NAME
      user = parts.rest
      if (!isUserKnown) notes.add('left-out', number, unreadable(line))
    } else if (parts === undefined || parts.rest === '') notes.add('left-out', number, unreadable(line))
    else if (parts.word === 'topic' && !isUserKnown) notes.add('left-out', number, ofNobody(line))
    else if (parts.word === 'topic' || parts.word === 'pattern') {
      const rule = readRule(parts.word, parts.rest, user, (kind, sentence) =>
        notes.add(kind, number, sentence),
      )
      if (rule !== undefined) rules.push(rule)
    } else notes.add('left-out', number, unreadable(line))
  }
  if (rules.some(({ actions, effect }) => effect === 'allow' && actions.includes('subscribe')))
    notes.add('differs', 0, subscribesNarrowly)
  return { rules, notes: notes.list }
}

type Tell = (kind: ImportNote['kind'], sentence: Omit<ImportNote, 'kind' | 'file' | 'line'>) => void

function readRule(
  word: 'topic' | 'pattern',
  rest: string,
  user: string | undefined,
  tell: Tell,
): Omit<AccessRule, 'id'> | undefined {
  const [, access = 'readwrite', written = rest] = /^(read|write|readwrite|deny)\s+(.*)$/.exec(rest) ?? []
  const { subject, filter } = whose(word, written, user, tell)
  const problem = checkTopicFilter(filter)
  if (problem !== undefined) {
    tell('left-out', {
      code: 'MOSQUITTO_FILTER',
      message: `The filter "${quoted(filter)}" cannot be used: ${problem.message}`,
      values: { filter: quoted(filter), problem },
    })
    return undefined
  }
  const { actions: wanted, effect } = accesses[access] ?? { actions: everything, effect: 'allow' as const }
  const isTooMuch = effect === 'allow' && wanted.includes('publish') && isBrokersOwn(filter)
  const actions = isTooMuch ? wanted.filter((action) => action !== 'publish') : wanted
  if (isTooMuch)
    tell(actions.length === 0 ? 'left-out' : 'differs', {
      code: 'MOSQUITTO_SYS',
      message: `Nobody but the broker sends to "${filter}" here; to send there was not taken over.`,
      values: { filter },
    })
  if (actions.length === 0) return undefined
  return { subject, actions, filter, effect, maxQoS: 2, retain: true, note: '' }
}

/** Whom a line is about, and the filter as it was meant. */
function whose(
  word: 'topic' | 'pattern',
  filter: string,
  user: string | undefined,
  tell: Tell,
): { readonly subject: RuleSubject; readonly filter: string } {
  if (word === 'pattern') return { subject: { kind: 'everyone' }, filter }
  const hasPlaces = filter.includes('%u') || filter.includes('%c')
  const subject: RuleSubject = user === undefined ? { kind: 'anonymous' } : { kind: 'user', name: user }
  if (!hasPlaces) return { subject, filter }
  tell('repaired', {
    code: 'MOSQUITTO_TOPIC_PLACES',
    message: `Mosquitto fills in %u and %c only behind "pattern", so "topic ${filter}" never fitted any client. It was read as it was meant.`,
    values: { filter },
  })
  return { subject: user === undefined ? { kind: 'everyone' } : subject, filter }
}

/** Lines behind a name that cannot be read are not about the one before it. */
const ofNobody = (line: string) => ({
  code: 'MOSQUITTO_LINE_OF_NOBODY',
  message: `Whom "${quoted(line)}" is about could not be read. Nothing was taken over from it.`,
  values: { line: quoted(line) },
})
const unreadable = (line: string) => ({
  code: 'MOSQUITTO_LINE',
  message: `"${quoted(line)}" could not be read. Nothing was taken over from it.`,
  values: { line: quoted(line) },
})

const subscribesNarrowly = {
  code: 'MOSQUITTO_SUBSCRIBES',
  message:
    'Mosquitto grants every subscription and then sends less. Here a subscription must be allowed as a whole: a device that subscribes to more than it may receive is refused, and told so.',
}
