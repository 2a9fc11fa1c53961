/** Up to this size a loop is faster than a call into the runtime. */
const SMALL = 24

export function copyBytes(from: Uint8Array, to: Buffer, at: number): void {
  const { length } = from
  if (length > SMALL) to.set(from, at)
  else for (let index = 0; index < length; index++) to[at + index] = from[index] ?? 0
}

/** Copies text as UTF-8, and answers its length in bytes. */
export function copyText(text: string, to: Buffer, at: number): number {
  const { length } = text
  if (length > SMALL) return to.write(text, at)
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127) return to.write(text, at)
    to[at + index] = code
  }
  return length
}

/** A copy that shares its memory with nothing, so that it can be handed to another thread. */
export function ownBytes(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(payload.length)
  bytes.set(payload)
  return bytes
}

/** As `ownBytes`, of text that has at most so many bytes. */
export function ownText(text: string, most: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(most)
  return bytes.subarray(0, bytes.write(text))
}
