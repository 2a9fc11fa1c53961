/** What displays without umlauts show instead. Capitals become capitals within a word in capitals: TÜR, TUER; Übung, Uebung. */
const letters: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  å: 'a',
  ł: 'l',
  đ: 'd',
}

const signs: Readonly<Record<string, string>> = {
  '°': '',
  '€': 'EUR',
  '£': 'GBP',
  µ: 'u',
  μ: 'u',
  '²': '2',
  '³': '3',
  '×': 'x',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '„': '"',
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '‘': "'",
  '’': "'",
  '·': '-',
  '•': '-',
  '→': '>',
  '←': '<',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\t': ' ',
}

/** Writes a text with the 95 printable ASCII characters, as readably as it goes; what has no likeness becomes `?`. */
export function transliterate(text: string): string {
  const characters = [...text.normalize('NFC')]
  return characters
    .map((character, index) => {
      if (/[\x20-\x7e]/.test(character)) return character
      return fromLetter(characters, index) ?? signs[character] ?? withoutAccent(character)
    })
    .join('')
}

function fromLetter(characters: readonly string[], index: number): string | undefined {
  const character = characters[index] ?? ''
  const small = letters[character.toLowerCase()]
  if (small === undefined || character === character.toLowerCase()) return small
  const isShouted = [characters[index - 1], characters[index + 1]].some(isCapital)
  return isShouted && !isSmall(characters[index + 1])
    ? small.toUpperCase()
    : small.charAt(0).toUpperCase() + small.slice(1)
}

/** `é` → `e`; control characters vanish. */
function withoutAccent(character: string): string {
  if (/\p{Cc}/u.test(character)) return ''
  const plain = character.normalize('NFD').replaceAll(/\p{M}/gu, '')
  return /^[\x20-\x7e]+$/.test(plain) ? plain : '?'
}

const isCapital = (character = ''): boolean => /\p{Lu}/u.test(character)
const isSmall = (character = ''): boolean => /\p{Ll}/u.test(character)
