/** Letters and digits that nobody mistakes for one another, on paper or on a phone. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 4
const GROUP_LETTERS = 4

/** A random password that can be typed from paper: `k7mp-x2rd-9hqa-tn4w`, 79 bits. */
export function suggestPassword(random: (count: number) => Uint32Array = randomNumbers): string {
  const numbers = [...random(GROUPS * GROUP_LETTERS)]
  const signs = numbers.map((number) => letters[number % letters.length]).join('')
  return signs.replaceAll(new RegExp(`(.{${GROUP_LETTERS}})(?!$)`, 'g'), '$1-')
}

const randomNumbers = (count: number) => crypto.getRandomValues(new Uint32Array(count))
