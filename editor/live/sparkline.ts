/** The line of a few numbers as the path of one element, from left to right; the lowest stands at the bottom. */
export function sparkline(numbers: readonly number[], width: number, height: number): string {
  if (numbers.length < 2) return ''
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  const step = width / (numbers.length - 1)
  const y = (number: number): number =>
    high === low ? height / 2 : height - ((number / 2 - low / 2) / (high / 2 - low / 2)) * height
  return numbers
    .map((number, index) => `${index === 0 ? 'M' : 'L'}${round(index * step)} ${round(y(number))}`)
    .join('')
}

const round = (value: number): number => Math.round(value * 10) / 10
