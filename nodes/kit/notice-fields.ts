import * as z from 'zod'

/** When what waits in the outbox is not worth sending any more, in milliseconds; the description says what 0 comes to. */
export const expiryField = (description: string, when?: { readonly qos: readonly (1 | 2)[] }) =>
  z
    .number()
    .int()
    .min(0)
    .max(31 * 86_400_000)
    .default(0)
    .meta({
      title: 'Worth nothing after',
      description,
      control: 'duration',
      unit: 'ms',
      ...(when && { when }),
    })

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
  expiresAfterMs: expiryField(
    'Then it is given up and leaves as an error. 0: an alarm is tried for as long as it takes, anything else for a day.',
  ),
}
