import type { Sentence } from './sentence.ts'

/** Why a topic name or a topic filter cannot be used, and what to do. */
export interface TopicProblem extends Sentence {
  readonly code:
    | 'TOPIC_EMPTY'
    | 'TOPIC_CHARACTER'
    | 'TOPIC_TOO_LONG'
    | 'TOPIC_TOO_DEEP'
    | 'TOPIC_WILDCARD'
    | 'TOPIC_WILDCARD_PLACE'
    | 'TOPIC_SHARED'
}

export interface TopicLimits {
  /** In bytes of UTF-8. The protocol allows 65,535. */
  readonly bytes: number
  /** Parts between slashes. */
  readonly levels: number
}

export const defaultTopicLimits: TopicLimits = { bytes: 512, levels: 32 }

/** Checks a topic to publish to (MQTT 3.1.1, section 4.7); answers nothing if it may be used. */
export function checkTopicName(topic: string, limits = defaultTopicLimits): TopicProblem | undefined {
  const problem = checkText(topic, limits)
  if (problem !== undefined) return problem
  if (!topic.includes('+') && !topic.includes('#')) return undefined
  return {
    code: 'TOPIC_WILDCARD',
    message: `A message goes to one topic: "${topic}" must not contain + or #. Write the topic out.`,
    values: { topic },
  }
}

/** Checks a filter to subscribe with (MQTT 3.1.1, section 4.7); answers nothing if it may be used. */
export function checkTopicFilter(filter: string, limits = defaultTopicLimits): TopicProblem | undefined {
  const problem = checkText(filter, limits)
  if (problem !== undefined) return problem
  if (filter.startsWith('$share/')) {
    return {
      code: 'TOPIC_SHARED',
      message: 'Shared subscriptions ($share/…) are not available. Subscribe to the topic itself.',
    }
  }
  const levels = filter.split('/')
  const misplaced = levels.find((level, index) => isMisplacedWildcard(level, index === levels.length - 1))
  if (misplaced === undefined) return undefined
  return {
    code: 'TOPIC_WILDCARD_PLACE',
    message: `In "${filter}", + and # must stand for a whole level between slashes, and # only at the end: home/+/temperature or home/#.`,
    values: { topic: filter },
  }
}

/** Whether a message to this topic reaches this filter. Topics that begin with `$` are hidden from `#` and `+` at the start. */
export function topicMatches(filter: string, topic: string): boolean {
  const patterns = filter.split('/')
  const levels = topic.split('/')
  if (topic.startsWith('$') && (patterns[0] === '#' || patterns[0] === '+')) return false
  for (const [index, pattern] of patterns.entries()) {
    if (pattern === '#') return true
    if (index >= levels.length) return false
    if (pattern !== '+' && pattern !== levels[index]) return false
  }
  return patterns.length === levels.length
}

const isMisplacedWildcard = (level: string, isLast: boolean): boolean =>
  level.length === 1 ? level === '#' && !isLast : level.includes('+') || level.includes('#')

/** One pass over the text: this runs for every message that a device publishes. */
function checkText(topic: string, limits: TopicLimits): TopicProblem | undefined {
  if (topic === '')
    return { code: 'TOPIC_EMPTY', message: 'The topic is empty. Enter one, for instance home/door/bell.' }
  let bytes = 0
  let levels = 1
  for (let index = 0; index < topic.length; index++) {
    const unit = topic.charCodeAt(index)
    if (unit === 0x2f) levels++
    if (isSurrogatePair(unit, topic.charCodeAt(index + 1))) {
      bytes += 4
      index++
      continue
    }
    if (isForbidden(unit)) return forbiddenCharacter(unit, index)
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3
  }
  if (bytes > limits.bytes) {
    return {
      code: 'TOPIC_TOO_LONG',
      message: `The topic has ${bytes} bytes, ${limits.bytes} are allowed. Shorten it.`,
      values: { bytes, limit: limits.bytes },
    }
  }
  if (levels > limits.levels) {
    return {
      code: 'TOPIC_TOO_DEEP',
      message: `The topic has ${levels} levels, ${limits.levels} are allowed. Use fewer slashes.`,
      values: { levels, limit: limits.levels },
    }
  }
  return undefined
}

const isSurrogatePair = (unit: number, next: number): boolean =>
  unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000

/**
 * NUL and surrogates must not occur, control characters and non-characters should not (section 1.5.3).
 * U+FFFD is what a decoder puts in the place of bytes that are not UTF-8.
 */
const isForbidden = (unit: number): boolean =>
  unit < 0x20 || (unit >= 0x7f && unit < 0xa0) || (unit >= 0xd800 && unit < 0xe000) || unit >= 0xfffd

function forbiddenCharacter(unit: number, index: number): TopicProblem {
  const [character, place] = [`U+${unit.toString(16).toUpperCase().padStart(4, '0')}`, index + 1]
  return {
    code: 'TOPIC_CHARACTER',
    message: `The topic has a character that is not allowed (${character}) at place ${place}. Remove it.`,
    values: { character, place },
  }
}
