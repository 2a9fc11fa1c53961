/** A copy of a part of borrowed bytes, for who keeps it. Makes no view on the way: it is made for every message. */
export function copyPart(bytes: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start)
  bytes.copy(copy, 0, start, end)
  return copy
}
