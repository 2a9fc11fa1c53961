/** Gives out ids that fit our pattern and are free: the wished one where possible, else one that resembles it. */
export class NewIds {
  readonly #taken = new Set<string>()
  readonly #counts = new Map<string, number>()

  take(wished: string, fallback = 'node'): string {
    const stem = wished.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 56) || fallback
    let id = stem
    for (let count = this.#counts.get(stem) ?? 2; this.#taken.has(id); count++) {
      id = `${stem}-${count}`
      this.#counts.set(stem, count + 1)
    }
    this.#taken.add(id)
    return id
  }
}

/** An id out of a name: `Küche & Flur` becomes `kuche-flur`. Empty if nothing of it can stand in an id. */
export const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
