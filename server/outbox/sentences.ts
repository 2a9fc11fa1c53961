import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'
import { UserError } from '../user-error.ts'

/** What the outbox refuses a post with. */
export const refusal = {
  invalid: (problem: string) =>
    new NodeError('POST_INVALID', `This cannot be sent: ${problem}`, { values: { problem } }),
  full: (count: number) =>
    new NodeError(
      'OUTBOX_FULL',
      `${count} messages wait in the outbox already, and no more fit. See on the Alarms page why they do not leave.`,
      { values: { count } },
    ),
  notKept: (problem: Error | undefined) =>
    problem instanceof UserError
      ? new NodeError(problem.code, problem.message)
      : new NodeError('POST_NOT_KEPT', `The disk does not take this message: ${problem?.message}.`, {
          values: { problem: problem?.message ?? '' },
        }),
  closed: () => new NodeError('OUTBOX_CLOSED', 'Wirehouse is stopping, so this was not taken for sending.'),
}

/** Why a post will not arrive. */
export const failure = {
  expired: (problem: Sentence | undefined): Sentence =>
    problem
      ? {
          code: 'POST_EXPIRED_FOR',
          message: `It waited too long to be sent: ${problem.message}`,
          values: { problem },
        }
      : {
          code: 'POST_EXPIRED',
          message: 'It waited too long to be sent, and is worth nothing any more.',
        },
  uncertain: (): Sentence => ({
    code: 'POST_UNCERTAIN',
    message:
      'Nobody knows whether it has arrived, and it must not be sent twice. Look there, and send it again by hand if need be.',
  }),
  discarded: (by: string): Sentence => ({
    code: 'POST_DISCARDED',
    message: `${by} has discarded it.`,
    values: { by },
  }),
  connectionDeleted: (connection: string): Sentence => ({
    code: 'POST_CONNECTION_DELETED',
    message: `The connection "${connection}", which was to send it, was deleted.`,
    values: { connection },
  }),
  cannotSend: (connection: string): Sentence => ({
    code: 'CONNECTION_CANNOT_SEND',
    message: `The connection "${connection}" cannot send anything. Choose another.`,
    values: { connection },
  }),
  unreadable: (): Sentence => ({
    code: 'POST_UNREADABLE',
    message: 'What was to be sent cannot be read from the disk any more.',
  }),
  /** The error itself may hold a secret: of a request, its address. */
  broken: (connection: string, error: unknown): Sentence => ({
    code: 'POST_BROKEN',
    message: `The connection "${connection}" failed in an unexpected way (${nameOf(error)}) and did not send it.`,
    values: { connection, error: nameOf(error) },
  }),
}

/** Why a post waits. */
export const waiting = {
  hangs: (seconds: number): Sentence => ({
    code: 'POST_HANGS',
    message: `The other end has not answered for ${seconds} s.`,
    values: { seconds },
  }),
  interrupted: (): Sentence => ({
    code: 'POST_INTERRUPTED',
    message: 'The connection was closed before the other end had answered.',
  }),
  notOpen: (connection: string, error: unknown): Sentence => ({
    code: 'CONNECTION_NOT_OPEN',
    message: `The connection "${connection}" could not be opened (${nameOf(error)}).`,
    values: { connection, error: nameOf(error) },
  }),
  notOnDisk: (): Sentence => ({
    code: 'POST_NOT_ON_DISK',
    message: 'The disk takes nothing now, so nobody could tell later whether it was sent.',
  }),
  paused: (): Sentence => ({ code: 'POST_PAUSED', message: 'The other end has asked for a pause.' }),
  paced: (): Sentence => ({
    code: 'POST_PACED',
    message: 'It waits its turn, so that the limits of the service are kept.',
  }),
  inLine: (): Sentence => ({ code: 'POST_IN_LINE', message: 'It waits for those before it.' }),
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
