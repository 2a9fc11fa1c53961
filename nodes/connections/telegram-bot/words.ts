/** Languages in which a bot speaks to people. */
export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

interface Words {
  readonly again: string
  /** It is late: this is when it was to be said. */
  from(time: string): string
  readonly acknowledge: string
  readonly quiet: string
  acknowledgedBy(name: string): string
  quietBy(name: string): string
  /** Shown for a moment to who has pressed a button. */
  readonly taken: Readonly<Record<'acknowledge' | 'quiet', string>>
  alreadyBy(name: string): string
  readonly already: string
  readonly unknown: string
  readonly notKept: string
  whileQuiet(count: number): string
  readonly paired: string
}

/** What a bot says of itself. None of it needs escaping in Telegram's HTML. */
export const words: Readonly<Record<Language, Words>> = {
  en: {
    again: '↻ Perhaps for the second time',
    from: (time) => `🕑 From ${time}`,
    acknowledge: '✅ Acknowledge',
    quiet: '🔕 Quiet for 1 h',
    acknowledgedBy: (name) => `✅ Acknowledged by ${name}`,
    quietBy: (name) => `🔕 Quiet for 1 h, by ${name}`,
    taken: { acknowledge: 'Acknowledged', quiet: 'Quiet for 1 h' },
    alreadyBy: (name) => `${name} has done that already.`,
    already: 'Somebody has done that already.',
    unknown: 'Nobody waits for this any more.',
    notKept: 'That could not be kept just now. It is tried again.',
    whileQuiet: (count) => `🔔 ${count} while it was quiet`,
    paired: '✅ This chat now gets messages from your house.',
  },
  de: {
    again: '↻ Vielleicht zum zweiten Mal',
    from: (time) => `🕑 Von ${time}`,
    acknowledge: '✅ Bestätigen',
    quiet: '🔕 1 h Ruhe',
    acknowledgedBy: (name) => `✅ Bestätigt von ${name}`,
    quietBy: (name) => `🔕 1 h Ruhe, von ${name}`,
    taken: { acknowledge: 'Bestätigt', quiet: '1 h Ruhe' },
    alreadyBy: (name) => `Das hat ${name} schon getan.`,
    already: 'Das hat schon jemand getan.',
    unknown: 'Darauf wartet niemand mehr.',
    notKept: 'Das ließ sich gerade nicht festhalten. Es wird noch einmal versucht.',
    whileQuiet: (count) => `🔔 ${count} in der Ruhezeit`,
    paired: '✅ Dieser Chat bekommt jetzt Nachrichten aus Ihrem Haus.',
  },
}
