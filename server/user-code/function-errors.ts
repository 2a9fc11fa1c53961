import { NodeError } from '#kit/runtime/node-error.ts'

/** Ways in which a call can fail that are not in its source. */
export const stopped = () =>
  new NodeError('FUNCTION_STOPPED', 'The function was stopped before it had handled the message.')

export const notSetUp = () =>
  new NodeError(
    'FUNCTION_NOT_SET_UP',
    'The set-up of the function has failed, so it cannot run. Repair it and deploy again.',
  )

export const neverSettles = () =>
  new NodeError(
    'FUNCTION_AWAITS',
    'It awaits something that never happens. Look for a promise that nobody resolves.',
  )

export const tookTooLong = (limit: number) =>
  new NodeError(
    'FUNCTION_TIMEOUT',
    `The function did not end within ${limit} ms. Look for what it awaits, or allow it more time.`,
    { values: { limit } },
  )
