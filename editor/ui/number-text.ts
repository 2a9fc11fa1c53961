/** Reads a number as a person types it: `21.5`, `21,5`, `-3`. `undefined` if it is none. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim().replace(',', '.')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined
  const number = Number(plain)
  return Number.isFinite(number) ? number : undefined
}

/** Writes a number for editing: all its digits, no grouping, the language's decimal sign. */
export function writeNumber(value: number | undefined, language: string): string {
  if (value === undefined) return ''
  const text = String(value)
  return language === 'de' ? text.replace('.', ',') : text
}

/** One step up or down, within the bounds, without the noise of binary fractions (0.1 + 0.2 is 0.3). */
export function stepNumber(
  value: number | undefined,
  step: number,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
): number {
  const start = value ?? (Number.isFinite(min) ? min - step : 0)
  const next = Number((start + step).toPrecision(12))
  return Math.min(max, Math.max(min, next))
}
