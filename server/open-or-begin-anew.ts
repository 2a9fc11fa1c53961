import { dirname } from 'node:path'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Conditions, NewCondition } from './conditions/conditions.ts'
import { listBackups } from './store/backups/backup-files.ts'
import { setAside } from './store/prepare-database.ts'
import { UserError } from './user-error.ts'

interface Options {
  readonly file: string
  readonly clock: Clock
  readonly conditions: Pick<Conditions, 'raise'>
  /** What is lost, by where the damaged file lies now. */
  readonly loss: (aside: string) => Pick<NewCondition, 'kind' | 'code' | 'message' | 'values'>
}

/**
 * Opens a part of the house that has a database of its own. A damaged one is moved aside and begun anew, loudly:
 * the flows stand, and alarms must come through. Only in a house that has a backup; one that is just being set up
 * refuses to start, for there is somebody who can look.
 */
export async function openOrBeginAnew<Part>(
  open: () => Part | Promise<Part>,
  { file, clock, conditions, loss }: Options,
): Promise<Part> {
  try {
    return await open()
  } catch (error) {
    const isDamage = error instanceof UserError && error.code === 'DATABASE_DAMAGED'
    if (!isDamage || listBackups(dirname(file)).length === 0) throw error
    const aside = setAside(file, clock.now())
    conditions.raise({ ...loss(aside), level: 'error', lasts: true })
    return await open()
  }
}

export const brokerMemoryLost = (aside: string) =>
  ({
    kind: 'broker-memory-lost',
    code: 'HOUSE_BROKER_MEMORY_LOST',
    message: `The MQTT broker's database was damaged and begins anew: retained messages, sessions and what waited for clients that were away are gone. The damaged one lies in ${aside}. Restart devices that rely on retained messages, and look after the disk or card.`,
    values: { aside },
  }) as const

export const inboxLost = (aside: string) =>
  ({
    kind: 'inbox-lost',
    code: 'HOUSE_INBOX_LOST',
    message: `The inbox was damaged and begins anew: messages that were acknowledged and not yet handled may be lost. The damaged one lies in ${aside}. Look whether an alarm is missing, and after the disk or card.`,
    values: { aside },
  }) as const
