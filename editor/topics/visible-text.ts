// Characters that turn the direction of text, join it or cannot be seen: with them, one topic can look like another.
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Text from outside with every character to be seen: `a⟨U+202E⟩b`. */
export const visibleText = (text: string): string => text.replaceAll(unseen, nameOf)

/** The same for a payload: lines, tabs and what joins emojis stay as they are. */
export const visibleLines = (text: string): string =>
  text.replaceAll(unseen, (character) => (/[\n\r\t\u200d]/.test(character) ? character : nameOf(character)))

const nameOf = (character: string): string =>
  `⟨U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟩`
