import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Random } from '#rig/seeded.ts'
import type { Deed } from './journal.ts'

/** The unit in which a disk writes: all of it or nothing. */
const SECTOR = 512

type Change = Extract<Deed, { kind: 'write' | 'truncate' }>

interface StoredFile {
  /** What is on the disk for certain. */
  safe: Buffer
  /** What came after, and may or may not be there. */
  open: Change[]
}

/** Entries of a folder that were made or went away (`undefined`) in one step. */
interface EntryChange {
  readonly folder: string
  readonly entries: readonly (readonly [path: string, file: StoredFile | undefined])[]
}

/**
 * What a disk holds of what a process has written below a folder, and what of it a power cut may leave. As
 * strict as POSIX: a file's content is safe once the file was synced, its name once the folder was. What was
 * written since is there or not, sector by sector, in any order. Names change in order, as a file system's own
 * log sees to.
 */
export class Disk {
  readonly #root: string
  /** As the process sees it. */
  readonly #seen = new Map<string, StoredFile>()
  readonly #safeNames = new Map<string, StoredFile>()
  #openNames: EntryChange[] = []
  /** By thread and path: how much was written when the sync began. */
  readonly #syncing = new Map<string, { readonly changes: Change[]; readonly names: EntryChange[] }>()

  constructor(root: string) {
    this.#root = root
  }

  apply(deed: Deed): void {
    switch (deed.kind) {
      case 'create':
        this.#change([[deed.path, { safe: Buffer.alloc(0), open: [] }]])
        break
      case 'remove':
        this.#change([[deed.path, undefined]])
        break
      case 'rename':
        this.#change([
          [deed.to, this.#seen.get(deed.path)],
          [deed.path, undefined],
        ])
        break
      case 'write':
      case 'truncate':
        this.#seen.get(deed.path)?.open.push(deed)
        break
      case 'sync-begin': {
        const changes = [...(this.#seen.get(deed.path)?.open ?? [])]
        const names = this.#openNames.filter(({ folder }) => folder === deed.path)
        this.#syncing.set(`${deed.thread} ${deed.path}`, { changes, names })
        break
      }
      case 'sync-end':
        this.#endSync(deed.path, `${deed.thread} ${deed.path}`)
    }
  }

  /** Writes down what the process sees: with no cut at all. */
  writeSeen(folder: string): void {
    for (const [path, file] of this.#seen) this.#write(folder, path, carriedOut(file.safe, file.open))
  }

  /** Writes down what a power cut now may leave. */
  writeCut(folder: string, random: Random): void {
    const names = new Map(this.#safeNames)
    for (const { entries } of this.#openNames.slice(0, upTo(this.#openNames.length, random)))
      enter(entries, names)
    // how much of what is open has reached the disk differs from cut to cut: nothing, all, or some
    const share = [0, 1, 0.5, random()][Math.floor(random() * 4)] ?? 0
    for (const [path, file] of names) this.#write(folder, path, torn(file, share, random))
  }

  #change(entries: EntryChange['entries']): void {
    enter(entries, this.#seen)
    this.#openNames.push({ folder: dirname(entries[0]?.[0] ?? ''), entries })
  }

  #endSync(path: string, key: string): void {
    const synced = this.#syncing.get(key)
    this.#syncing.delete(key)
    if (!synced) return
    const file = this.#seen.get(path)
    if (file) {
      const settled = new Set(synced.changes)
      file.safe = carriedOut(
        file.safe,
        file.open.filter((change) => settled.has(change)),
      )
      file.open = file.open.filter((change) => !settled.has(change))
    }
    const settled = new Set(synced.names)
    for (const { entries } of synced.names) enter(entries, this.#safeNames)
    this.#openNames = this.#openNames.filter((change) => !settled.has(change))
  }

  #write(folder: string, path: string, content: Buffer): void {
    const target = join(folder, relative(this.#root, path))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content, { mode: 0o600 })
  }
}

function enter(entries: EntryChange['entries'], names: Map<string, StoredFile>): void {
  for (const [path, file] of entries)
    if (file) names.set(path, file)
    else names.delete(path)
}

/** From 0 up to and with `most`. */
const upTo = (most: number, random: Random): number => Math.floor(random() * (most + 1))

function carriedOut(content: Buffer, changes: readonly Change[]): Buffer {
  const room = Math.max(content.length, ...changes.map(endOf))
  const whole = Buffer.alloc(room)
  content.copy(whole)
  let length = content.length
  for (const change of changes) {
    if (change.kind === 'truncate') {
      whole.fill(0, change.length, length)
      length = change.length
    } else {
      change.data.copy(whole, change.at)
      length = Math.max(length, endOf(change))
    }
  }
  return whole.subarray(0, length)
}

const endOf = (change: Change): number =>
  change.kind === 'truncate' ? change.length : change.at + change.data.length

/** The length that the file had at some time since the last sync, and of each sector any of the contents that it had. */
function torn({ safe, open }: StoredFile, share: number, random: Random): Buffer {
  const lengths = lengthsOf(safe.length, open)
  const content = Buffer.alloc(Math.max(...lengths))
  safe.copy(content)
  for (const change of open) {
    if (change.kind === 'truncate') continue
    for (let from = change.at; from < endOf(change); from = nextSector(from)) {
      if (random() >= share) continue
      const to = Math.min(nextSector(from), endOf(change))
      change.data.copy(content, from, from - change.at, to - change.at)
    }
  }
  const length = share === 1 ? lengths.at(-1) : lengths[upTo(lengths.length - 1, random)]
  return content.subarray(0, length)
}

const nextSector = (at: number): number => (Math.floor(at / SECTOR) + 1) * SECTOR

function lengthsOf(before: number, changes: readonly Change[]): number[] {
  const lengths = [before]
  for (const change of changes)
    lengths.push(change.kind === 'truncate' ? change.length : Math.max(lengths.at(-1) ?? 0, endOf(change)))
  return lengths
}
