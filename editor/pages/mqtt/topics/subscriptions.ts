import * as z from 'zod'
import { topicMatches } from '#kit/topic.ts'
import { readStored, writeStored } from '../../../ui/stored.ts'
import { parseJson } from './payload.ts'

const subscription = z.object({
  filter: z.string(),
  /** Which of the colours. */
  colour: z.int().min(0),
  isMuted: z.boolean(),
  isSolo: z.boolean(),
})

/** A filter whose messages are shown, in a colour of its own. */
export type Subscription = Readonly<z.output<typeof subscription>>

/** By the names of the style sheet: each can be told from the others, by day and by night. */
export const colours = [
  'var(--family-input)',
  'var(--family-notify)',
  'var(--family-output)',
  'var(--family-function)',
  'var(--family-logic)',
  'var(--family-storage)',
  'var(--error)',
  'var(--family-device)',
] as const

export const MOST_SUBSCRIPTIONS = colours.length
const KEY = 'wirehouse.mqtt.subscriptions'

export function readSubscriptions(): readonly Subscription[] {
  const parsed = z
    .array(subscription)
    .max(MOST_SUBSCRIPTIONS)
    .safeParse(parseJson(readStored(KEY) ?? '[]'))
  return parsed.success ? parsed.data : []
}

export const writeSubscriptions = (subscriptions: readonly Subscription[]): void =>
  writeStored(KEY, JSON.stringify(subscriptions))

/** With one more, in the first colour that is free. One that stands already stays as it is. */
export function withFilter(subscriptions: readonly Subscription[], filter: string): readonly Subscription[] {
  if (subscriptions.some((each) => each.filter === filter)) return subscriptions
  const colour = colours.findIndex((_, index) => subscriptions.every((each) => each.colour !== index))
  return [...subscriptions, { filter, colour, isMuted: false, isSolo: false }]
}

/**
 * Answers by a message's topic the colour it is shown in; nothing if it is not shown. Where one is
 * solo, only solo ones show; else all that are not muted. Of several, the first gives the colour.
 */
export function colouring(subscriptions: readonly Subscription[]): (topic: string) => string | undefined {
  const solo = subscriptions.filter(({ isSolo }) => isSolo)
  const active = solo.length > 0 ? solo : subscriptions.filter(({ isMuted }) => !isMuted)
  const known = new Map<string, string | undefined>()
  return (topic) => {
    if (known.has(topic)) return known.get(topic)
    const found = active.find(({ filter }) => topicMatches(filter, topic))
    const colour = found && colours[found.colour]
    known.set(topic, colour)
    return colour
  }
}
