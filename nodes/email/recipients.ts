import { parseMailbox } from '#nodes/connections/smtp/mailbox.ts'

export const MAX_RECIPIENTS = 20

/** The addresses in a list, each once, and the first entry that is none. Names beside them are left out. */
export function readRecipients(text: string): { readonly good: readonly string[]; readonly bad?: string } {
  const entries = text
    .split(/[,;\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const good = new Set<string>()
  for (const entry of entries) {
    const mailbox = parseMailbox(entry)
    if (!mailbox) return { good: [...good], bad: entry }
    good.add(mailbox.address)
  }
  return { good: [...good] }
}
