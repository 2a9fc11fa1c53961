import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'

/** What the outbox says to people. */

const say = (code: string, message: string, values?: Sentence['values']): Sentence => ({
  code,
  message,
  ...(values && { values }),
})

export const said = {
  invalid: (problem: string) =>
    new NodeError('POST_INVALID', `This cannot be sent: ${problem}`, { values: { problem } }),
  full: (count: number) =>
    new NodeError(
      'OUTBOX_FULL',
      `${count} messages wait in the outbox already, and no more fit. See on the Alarms page why they do not leave.`,
      { values: { count } },
    ),
  diskFull: () =>
    new NodeError(
      'DISK_FULL',
      'The disk that holds the data folder takes nothing more, so this could not be kept. Free some space; it is sent meanwhile, as far as memory goes.',
    ),
  closed: () => new NodeError('OUTBOX_CLOSED', 'Wirehouse is stopping, so this was not taken for sending.'),

  expired: (problem?: Sentence) =>
    problem
      ? say('POST_EXPIRED_FOR', `It waited too long to be sent: ${problem.message}`, { problem })
      : say('POST_EXPIRED', 'It waited too long to be sent, and is worth nothing any more.'),
  uncertain: () =>
    say(
      'POST_UNCERTAIN',
      'Nobody knows whether it has arrived, and it must not be sent twice. Look there, and send it again by hand if need be.',
    ),
  discarded: (by: string) => say('POST_DISCARDED', `${by} has discarded it.`, { by }),
  connectionDeleted: (connection: string) =>
    say('POST_CONNECTION_DELETED', `The connection "${connection}", which was to send it, was deleted.`, {
      connection,
    }),
  cannotSend: (connection: string) =>
    say('CONNECTION_CANNOT_SEND', `The connection "${connection}" cannot send anything. Choose another.`, {
      connection,
    }),
  unreadable: () => say('POST_UNREADABLE', 'What was to be sent cannot be read from the disk any more.'),
  broken: (connection: string, name: string) =>
    say(
      'POST_BROKEN',
      `The connection "${connection}" failed in an unexpected way (${name}) and did not send it. Please report this.`,
      { connection, name },
    ),

  hangs: (seconds: number) =>
    say('POST_HANGS', `The other end has not answered for ${seconds} s.`, { seconds }),
  opening: (connection: string, name: string) =>
    say('CONNECTION_NOT_OPEN', `The connection "${connection}" could not be opened (${name}).`, {
      connection,
      name,
    }),
  notOnDisk: () =>
    say('POST_NOT_ON_DISK', 'The disk takes nothing, so nobody could tell later whether it was sent.'),
  paused: () => say('POST_PAUSED', 'The other end has asked for a pause.'),
  paced: () => say('POST_PACED', 'It waits its turn, so that the limits of the service are kept.'),
  inLine: () => say('POST_IN_LINE', 'It waits for those before it.'),
}
