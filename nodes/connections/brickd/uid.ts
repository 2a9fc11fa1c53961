/** The digits of a UID as it is printed: no 0, l, I or O. */
const alphabet = '123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ'

/** Writes a UID as it stands on the device: 3631 → `25D`. */
export function formatUid(uid: number): string {
  let text = ''
  for (let rest = uid; rest > 0 || text === ''; rest = Math.floor(rest / 58))
    text = alphabet[rest % 58] + text
  return text
}

/** Reads a printed UID; `undefined` if it is none: a foreign character, empty, zero, or beyond 32 bits. */
export function parseUid(text: string): number | undefined {
  let uid = 0
  for (const character of text) {
    const digit = alphabet.indexOf(character)
    if (digit < 0) return undefined
    uid = uid * 58 + digit
    if (uid > 0xffff_ffff) return undefined
  }
  return uid === 0 ? undefined : uid
}
