import { NodeError } from '#kit/runtime/node-error.ts'
import type { NotPortable } from './portable.ts'
import type { Place } from './sandbox-source.ts'

/** What is said of a function that was stopped or has failed. */
export const sentences = {
  stuck: () =>
    new NodeError(
      'FUNCTION_STUCK',
      'The function ran without end and was stopped. Look for a loop that never ends.',
    ),
  memory: () =>
    new NodeError(
      'FUNCTION_MEMORY',
      'The function used up the memory for functions and was stopped. Let it keep less at a time.',
    ),
  stopped: () =>
    new NodeError('FUNCTION_STOPPED', 'The function was stopped before it had handled the message.'),
  awaits: () =>
    new NodeError(
      'FUNCTION_AWAITS',
      'It awaits something that never happens. Look for a promise that nobody resolves.',
    ),
  timeout: (limit: number) =>
    new NodeError(
      'FUNCTION_TIMEOUT',
      `The function did not end within ${limit} ms. Look for what it awaits, or allow it more time.`,
      { values: { limit } },
    ),
  busy: (count: number) =>
    new NodeError(
      'FUNCTION_BUSY',
      `${count} messages wait for this function. It takes longer than they come: filter them, or make it quicker.`,
      { values: { count } },
    ),
  syntax: (error: string) =>
    new NodeError('FUNCTION_SYNTAX', `Line 1: ${error}.`, { field: 'code', values: { line: 1, error } }),
  putAside: 'The function is put aside until the next deploy.',
  failure: thrown,
  unfit,
} as const

/** A message that cannot go in. */
function unfit({ sentence }: NotPortable, megabytes: number): NodeError {
  if (sentence)
    return new NodeError(
      'FUNCTION_MESSAGE',
      `The message cannot be handed to a function: ${sentence.message}.`,
      { values: { reason: sentence } },
    )
  return new NodeError(
    'FUNCTION_MESSAGE_SIZE',
    `The message holds more than ${megabytes} MB, the most a function takes. Send it less at a time.`,
    { values: { megabytes } },
  )
}

/** Without a line there is no sentence in other languages: the text stands as it is. */
function thrown(code: string, error: string, place?: Place): NodeError {
  // a sandbox that says another code says what it likes
  const known = code === 'FUNCTION_RESULT' ? code : 'FUNCTION_THROW'
  if (!place) return new NodeError(known, error)
  const { line } = place
  if (place.part === 'setup')
    return new NodeError('FUNCTION_SETUP', `Set-up, line ${line}: ${error}`, { values: { line, error } })
  if (place.part === 'teardown')
    return new NodeError('FUNCTION_TEARDOWN', `Tear-down, line ${line}: ${error}`, {
      values: { line, error },
    })
  const shown = `Line ${line}: ${error}`
  return code === 'FUNCTION_RESULT'
    ? new NodeError('FUNCTION_RESULT', shown, { values: { line, error } })
    : new NodeError('FUNCTION_THROW', shown, { values: { line, error } })
}
