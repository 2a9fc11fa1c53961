/** A payload as it goes to a browser: text where it is UTF-8, and else base64. */
export type ShownPayload = { readonly text: string } | { readonly base64: string }

const strict = { fatal: true, ignoreBOM: true } as const

/** For the beginning of a payload: a character that was cut in two is left out. */
export function showPayload(bytes: Uint8Array, isCut: boolean): ShownPayload {
  try {
    const text = new TextDecoder('utf-8', strict).decode(bytes, { stream: isCut })
    if (!text.includes('\0')) return { text }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  return { base64: Buffer.from(bytes).toString('base64') }
}
