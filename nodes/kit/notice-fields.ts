import * as z from 'zod'

/** Config fields that every node has which tells people of something by the outbox. */
export const noticeFields = {
  urgency: z
    .enum(['alarm', 'normal', 'low'])
    .default('normal')
    .meta({
      title: 'Urgency',
      description: 'An alarm overtakes whatever else waits for the same connection.',
      options: { alarm: 'Alarm', normal: 'Normal', low: 'Low' },
    }),
  expiresAfterMs: z
    .number()
    .int()
    .min(0)
    .max(31 * 86_400_000)
    .default(0)
    .meta({
      title: 'Worth nothing after',
      description:
        'Then it is given up and leaves as an error. 0: an alarm is tried for as long as it takes, anything else for a day.',
      control: 'duration',
      unit: 'ms',
    }),
}
