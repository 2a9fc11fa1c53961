import { readEndpoint } from '#flows/flow.ts'
import type { Rehearsal } from '#flows/rehearsal.ts'
import type { Sentence } from '#kit/sentence.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'

/** A message that somebody wants to see go its way. */
export interface Play {
  readonly flow: string
  /** `quiet.in`, or a source by its name alone. */
  readonly to: string
  readonly topic?: string
  readonly payload: unknown
}

/** Something that happened on the way of a message. */
export interface PlayStep {
  /** Milliseconds since it was sent. */
  readonly at: number
  readonly node?: string
  readonly port?: string
  /** Known of rehearsals. */
  readonly payload?: unknown
  readonly failed?: Sentence
}

export interface Outcome {
  readonly kind: 'real' | 'rehearsal'
  readonly tookMs: number
  readonly steps: readonly PlayStep[]
  /** Steps that are not shown. */
  readonly more: number
  /** Why it was not taken, or what it failed with. */
  readonly failed?: Sentence
}

/** How long a rehearsal lasts, in milliseconds of virtual time. */
const WITHIN_MS = 3_600_000
/** Steps that are shown. */
const SHOWN = 50

/** Sends it into the flow that runs, waits until it has settled, and answers where it went. */
export async function playReally({ flow, to, ...message }: Play): Promise<Outcome> {
  const { node, port } = to.includes('.') ? readEndpoint(to) : { node: to }
  const began = performance.now()
  try {
    const { message: id } = await api.flows.poke(flow, node, {
      ...message,
      ...(port !== undefined && { port }),
    })
    const tookMs = performance.now() - began
    const { steps } = await api.flows.path(flow, id)
    const since = steps[0]?.at ?? 0
    return { kind: 'real', tookMs, ...shorten(steps.map((step) => ({ ...step, at: step.at - since }))) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { kind: 'real', tookMs: performance.now() - began, steps: [], more: 0, failed: error }
  }
}

/** Has it arrive in the draft in virtual time. */
export async function rehearse({ flow, ...message }: Play): Promise<Outcome> {
  return outcomeOf(await api.flows.rehearse(flow, { send: [{ at: 0, ...message }], within: WITHIN_MS }))
}

/** What came of a rehearsal, failures among the steps. */
export function outcomeOf({ steps, stepCount, failures, tookMs }: Rehearsal): Outcome {
  const failed = failures.map(({ why, ...place }) => ({ ...place, failed: why }))
  const all = [...steps, ...failed].toSorted((one, other) => one.at - other.at)
  const { more, ...shown } = shorten(all)
  return { kind: 'rehearsal', tookMs, ...shown, more: more + stepCount - steps.length }
}

const shorten = (steps: readonly PlayStep[]) => ({
  steps: steps.slice(0, SHOWN),
  more: Math.max(0, steps.length - SHOWN),
})
