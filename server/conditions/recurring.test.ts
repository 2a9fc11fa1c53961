import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Conditions } from './conditions.ts'
import { Recurring } from './recurring.ts'

test('is over five seconds after it was noticed last', async () => {
  const clock = new VirtualClock()
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const conditions = new Conditions({ folder: '/nowhere', clock, log })
  const condition = {
    kind: 'inbox-full',
    level: 'error',
    code: 'HOUSE_INBOX_FULL',
    message: 'Full.',
  } as const
  const full = new Recurring({ clock, conditions, condition, over: 'Room again.' })
  const seen: number[] = []
  full.noticed()
  await clock.advance(3_000)
  full.noticed()
  seen.push(conditions.list().length)
  await clock.advance(4_000)
  seen.push(conditions.list().length)
  await clock.advance(1_000)
  seen.push(conditions.list().length)
  expect(seen).toEqual([1, 1, 0])
})
