/** An address with the name that stands beside it; the name is empty if there is none. */
export interface Mailbox {
  readonly name: string
  readonly address: string
}

/** What an address may not hold: white space, control characters, and what SMTP and mail headers take for their own. */
const ADDRESS = /^[^\s\p{Cc}<>()[\],;:\\"@]{1,64}@[^\s\p{Cc}<>()[\],;:\\"@]{1,255}$/u

/** Reads `anna@example.org` or `Anna <anna@example.org>`; answers `undefined` for anything else. */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, quoted, address] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? [undefined, '', text.trim()]
  if (address === undefined || !ADDRESS.test(address)) return undefined
  return { name: (quoted ?? '').trim().replace(/^"(.*)"$/, '$1'), address }
}
