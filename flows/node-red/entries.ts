/** An object of a Node-RED file, with what every kind of entry has brought into shape. Its own properties stand in `raw`. */
export interface Entry {
  readonly id: string
  readonly type: string
  /** The tab or the subflow template it stands in. */
  readonly z: string | undefined
  readonly name: string
  readonly x: number
  readonly y: number
  /** Ids that each output leads to. */
  readonly wires: readonly (readonly string[])[]
  /** Stands on a canvas; config nodes do not. Node-RED decides it by the coordinates, too. */
  readonly isDrawn: boolean
  readonly raw: Readonly<Record<string, unknown>>
}

export type Raw = Entry['raw']

/** Whether a JSON value is what Node-RED exports: a list of entries, or the answer of its API with one in `flows`. */
export function isNodeRedFile(value: unknown): boolean {
  const list = listOf(value)
  return list !== undefined && list.length > 0 && list.every(isEntry)
}

/** Reads the entries of a Node-RED file. What is no entry is left out; of two with one id the first counts, as in Node-RED. */
export function readEntries(value: unknown): readonly Entry[] {
  const entries = new Map<string, Entry>()
  for (const raw of listOf(value) ?? []) {
    if (isEntry(raw) && !entries.has(raw.id)) entries.set(raw.id, readEntry(raw))
  }
  return [...entries.values()]
}

const listOf = (value: unknown): readonly unknown[] | undefined => {
  // a file of our own says its format
  const list = isRecord(value) && !('format' in value) ? value['flows'] : value
  return Array.isArray(list) ? list : undefined
}

type RawEntry = Raw & { readonly id: string; readonly type: string }

const isEntry = (value: unknown): value is RawEntry =>
  isRecord(value) && typeof value['id'] === 'string' && typeof value['type'] === 'string'

function readEntry(raw: RawEntry): Entry {
  const { x, y, z, wires } = raw
  return {
    id: raw.id,
    // the name of tabs before Node-RED 0.14
    type: raw.type === 'workspace' ? 'tab' : raw.type,
    z: typeof z === 'string' && z !== '' ? z : undefined,
    name: text(raw, 'name'),
    x: coordinate(x),
    y: coordinate(y),
    wires: listIn(wires).map((ids) => listIn(ids).filter((id) => typeof id === 'string')),
    isDrawn: typeof x === 'number' || typeof y === 'number' || (Array.isArray(wires) && wires.length > 0),
    raw,
  }
}

/** Nobody draws farther out than this, in pixels. */
const FARTHEST = 50_000

const coordinate = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value)
    ? Math.min(Math.max(Math.round(value), -FARTHEST), FARTHEST)
    : 0

/** A property as text: text as it is, numbers and true or false written out, anything else as the fallback. */
export function text(raw: Raw, key: string, fallback = ''): string {
  const value = raw[key]
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : fallback
}

/** A property as a number: Node-RED keeps most numbers as the text that was typed. */
export function number(raw: Raw, key: string, fallback: number): number {
  const value = raw[key]
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof read === 'number' && Number.isFinite(read) ? read : fallback
}

/** A property that is true, or the text "true". */
export const isTrue = (raw: Raw, key: string): boolean => text(raw, key) === 'true'

/** The objects in a property that is a list. */
export const records = (raw: Raw, key: string): readonly Raw[] => listIn(raw[key]).filter(isRecord)

/** The texts in a property that is a list, or that is one text. */
export function texts(raw: Raw, key: string): readonly string[] {
  const value = raw[key]
  return typeof value === 'string' ? [value] : listIn(value).filter((item) => typeof item === 'string')
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const isRecord = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
