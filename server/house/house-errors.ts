import type { Problem } from '#flows/problem.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { type Sentence, spoken } from '#kit/sentence.ts'
import type { Quarantine } from '#server/store/store.ts'
import { UserError } from '#server/user-error.ts'
import type { NodeStatusEvent } from './house.ts'

export const newsRefused = (error: unknown): Sentence => ({
  code: 'NEWS_REFUSED',
  message: `The node was told three times again what became of a message it had sent out, and failed each time: ${sentenceOf(error)}`,
  values: { problem: sentenceOf(error) },
})

export const quarantined = (name: string): Sentence => ({
  code: 'FLOW_QUARANTINED',
  message: `"${name}" was stopped, because it got stuck or took too much memory again and again. Mend the node that is marked, and start the flow again.`,
  values: { name },
})

/** At rest, only the culprit of a quarantined flow has something to say. */
export const culpritStatus = (
  flow: string,
  { at, node, code, message, values }: Quarantine,
): NodeStatusEvent[] =>
  node === undefined
    ? []
    : [{ flow, node, at, state: 'error', ...spoken({ code, message, ...(values && { values }) }) }]

export const discarded = (count: number): Sentence => ({
  code: 'MESSAGES_DISCARDED',
  message: `${count} messages that the flow had not handled were discarded, because it was stopped or what takes them was removed.`,
  values: { count },
})

export const flowUnknown = (id: string): UserError =>
  new UserError(404, 'FLOW_UNKNOWN', `There is no flow "${id}".`)

export const revisionUnknown = (flow: string, number: number): UserError =>
  new UserError(
    404,
    'REVISION_UNKNOWN',
    `The flow "${flow}" has no revision ${number}. Of the oldest, those that are too many are not kept.`,
    { values: { flow, number } },
  )

export const lostUpdate = (id: string): UserError =>
  new UserError(412, 'FLOW_CHANGED', `The flow "${id}" has been changed by somebody else. Load it again.`)

export const invalid = (code: string, problems: readonly Problem[]): UserError =>
  new UserError(
    422,
    code,
    problems.find((problem) => problem.level === 'error')?.message ?? 'The flow is not valid.',
    {
      problems,
    },
  )

export const testsFailed = (problems: readonly Problem[]): UserError =>
  new UserError(
    422,
    'TESTS_FAILED',
    `${problems.length} of the tests that have to pass before this flow is deployed have failed. Mend the flow or its tests, or deploy it without them.`,
    { problems, values: { count: problems.length } },
  )

export const flowNotRestored = (id: string): UserError =>
  new UserError(
    409,
    'FLOW_NOT_RESTORED',
    `The flow "${id}" cannot be brought back: it was deleted too long ago, or another one has its id now.`,
    { values: { id } },
  )

export const changeInvalid = (problems: readonly Problem[]): UserError =>
  new UserError(
    422,
    'CHANGE_INVALID',
    `The change cannot be taken: ${problems[0]?.message ?? 'it is none.'}`,
    { problems, ...(problems[0] && { values: { problem: problems[0] } }) },
  )

export const changeTooLarge = (megabytes: number): UserError =>
  new UserError(
    422,
    'CHANGE_TOO_LARGE',
    `With this change the flow would have more than ${megabytes} MB. Split it into several flows.`,
    { values: { megabytes } },
  )

/** What a running flow fails with, as what the API answers. */
export async function ofFlow<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof NodeError)) throw new UserError(422, 'MESSAGE_FAILED', sentenceOf(error))
    throw UserError.of(flowStatus[error.code] ?? 422, error)
  }
}

/** The same for a connection. */
export async function ofConnection<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof UserError) throw error
    if (!(error instanceof NodeError)) throw new UserError(422, 'DISCOVERY_FAILED', sentenceOf(error))
    throw UserError.of(422, error)
  }
}

const flowStatus: Readonly<Record<string, number>> = {
  FLOW_NOT_RUNNING: 409,
  FLOW_STOPPED: 409,
  NODE_UNKNOWN: 404,
  PORT_UNKNOWN: 404,
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A body without an id gets that of its address. */
export const withId = (id: string, body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body) && !('id' in body)
    ? { ...body, id }
    : body
