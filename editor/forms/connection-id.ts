/** A short id that reads like the name and that no other connection has: `Telegram bot` becomes `telegram-bot`, then `telegram-bot-2`. */
export function newConnectionId(name: string, taken: readonly string[]): string {
  const plain = name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 48)
  const base = plain || 'connection'
  if (!taken.includes(base)) return base
  for (let number = 2; ; number++) if (!taken.includes(`${base}-${number}`)) return `${base}-${number}`
}
