import { NodeError } from '#kit/runtime/node-error.ts'

/** Red, green and blue, each 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

/** `#ff8800`, `{ red, green, blue }`, `true` (the colour of the settings) or `false` (dark). */
export function encodeColour(payload: unknown, whenOn: string): Colour {
  if (typeof payload === 'boolean') return payload ? fromHex(whenOn) : [0, 0, 0]
  if (typeof payload === 'string') return fromHex(payload)
  const { red, green, blue } = (payload ?? {}) as Record<string, unknown>
  return [part('red', red), part('green', green), part('blue', blue)]
}

function fromHex(text: string): Colour {
  const [, ...digits] = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim()) ?? []
  const [red, green, blue] = digits.map((pair) => Number.parseInt(pair, 16))
  if (red === undefined || green === undefined || blue === undefined)
    throw new NodeError(
      'TINKERFORGE_COLOUR',
      `"${text.slice(0, 40)}" is not a colour. Send "#ff8800", or { "red": 255, "green": 136, "blue": 0 }.`,
      { values: { text: text.slice(0, 40) } },
    )
  return [red, green, blue]
}

function part(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255) return value
  const found = JSON.stringify(value) ?? '–'
  throw new NodeError(
    'TINKERFORGE_COLOUR_PART',
    `${name} is ${found}; a colour has red, green and blue, each a whole number from 0 to 255.`,
    { values: { name, found } },
  )
}
