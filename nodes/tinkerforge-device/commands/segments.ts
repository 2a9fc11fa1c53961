import { NodeError } from '#kit/runtime/node-error.ts'

/** What four digits show: bit 0 of each is segment a (top), then clockwise, bit 6 is g (middle). */
export interface Digits {
  readonly segments: readonly number[]
  readonly colon: boolean
}

const PLACES = 4

/** A number (rounded, right-aligned, with its minus), or a text of up to four characters; `12:34` lights the colon. */
export function encodeSegments(payload: unknown): Digits {
  if (typeof payload === 'number' && Number.isFinite(payload))
    return fromText(numberText(Math.round(payload)))
  if (typeof payload === 'boolean') return fromText(payload ? 'on' : 'off')
  if (typeof payload === 'string') return fromText(payload)
  throw new NodeError(
    'TINKERFORGE_DIGITS',
    'The display shows a number or a text, and this message carries neither. Put a Template node before it.',
  )
}

/** Four places hold -999 to 9999; beyond stands OL (overload), as on a multimeter. */
function numberText(value: number): string {
  if (value > 9_999) return 'OL'
  return value < -999 ? '-OL' : String(value === 0 ? 0 : value)
}

function fromText(text: string): Digits {
  const colon = /^.{0,2}:.{2}$/.test(text)
  const characters = [...(colon ? text.replace(':', '') : text)]
  if (characters.length > PLACES)
    throw new NodeError(
      'TINKERFORGE_TEXT_LONG',
      `"${text.slice(0, 40)}" does not fit: the display has room for four characters. Send a shorter text.`,
      { values: { text: text.slice(0, 40) } },
    )
  const blanks = Array<number>(PLACES - characters.length).fill(0)
  return { segments: [...blanks, ...characters.map((character) => glyph(character, text))], colon }
}

function glyph(character: string, text: string): number {
  const bits = glyphs[character] ?? glyphs[character.toUpperCase()] ?? glyphs[character.toLowerCase()]
  if (bits !== undefined) return bits
  throw new NodeError(
    'TINKERFORGE_GLYPH',
    `"${character}" in "${text}" cannot be shown with seven segments. Use digits, minus and most letters, but not K, M, V, W, X, Z.`,
    { values: { character, text } },
  )
}

const glyphs: Readonly<Record<string, number>> = {
  ' ': 0,
  '-': 64,
  _: 8,
  '=': 72,
  '°': 99,
  '0': 63,
  '1': 6,
  '2': 91,
  '3': 79,
  '4': 102,
  '5': 109,
  '6': 125,
  '7': 7,
  '8': 127,
  '9': 111,
  A: 119,
  b: 124,
  C: 57,
  c: 88,
  d: 94,
  E: 121,
  F: 113,
  G: 61,
  H: 118,
  h: 116,
  I: 6,
  J: 30,
  L: 56,
  n: 84,
  O: 63,
  o: 92,
  P: 115,
  q: 103,
  r: 80,
  S: 109,
  t: 120,
  U: 62,
  u: 28,
  y: 110,
}
