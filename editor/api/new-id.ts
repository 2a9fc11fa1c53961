/**
 * An id that reads like the name and that is not taken: `Telegram bot` becomes `telegram-bot`, the next one
 * `telegram-bot-2`. A name without a usable letter gives `fallback`.
 */
export function newId(name: string, taken: readonly string[], fallback: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 48)
  const base = plain || fallback
  if (!taken.includes(base)) return base
  for (let number = 2; ; number++) if (!taken.includes(`${base}-${number}`)) return `${base}-${number}`
}

/** The name itself, or with the first number that makes it differ from those that are taken: `Bot 2`. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name
  for (let number = 2; ; number++) if (!taken.includes(`${name} ${number}`)) return `${name} ${number}`
}
