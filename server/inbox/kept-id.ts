/** Of the lower part: it stays a small integer, whose text is quickly made. */
const STEP = 36 ** 5

let upper = 0
let prefix = 'k'

/** What a message that is kept under this number is called wherever it runs: `k` and the number in base 36. */
export function keptId(number: number): string {
  const high = Math.floor(number / STEP)
  if (high === 0) return `k${number.toString(36)}`
  if (high !== upper) {
    upper = high
    prefix = `k${high.toString(36)}`
  }
  return prefix + (number - high * STEP).toString(36).padStart(5, '0')
}

/** The number of a message that is called so. */
export const numberOfId = (id: string): number => Number.parseInt(id.slice(1), 36)
