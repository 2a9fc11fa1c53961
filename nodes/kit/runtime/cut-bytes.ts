const ELLIPSIS = '…'
let graphemes: Intl.Segmenter | undefined

/** Made when it is needed: for the first one, V8 reads what ICU knows of all languages. */
const segmenter = (): Intl.Segmenter => {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return graphemes
}

/** A text of at most so many bytes of UTF-8; what is longer ends, after a whole sign, with an ellipsis. */
export function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  const room = most - Buffer.byteLength(ELLIPSIS)
  let kept = ''
  let bytes = 0
  // a sign has a byte at least, so the rest need not be looked at
  for (const { segment } of segmenter().segment(text.slice(0, most + 1))) {
    bytes += Buffer.byteLength(segment)
    if (bytes > room) break
    kept += segment
  }
  return room < 0 ? '' : kept.trimEnd() + ELLIPSIS
}
