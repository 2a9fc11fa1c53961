import type { SeenMessage } from './seen-messages.ts'

/** A place in a message, and what stood there last. */
export interface SeenPath {
  readonly path: string
  readonly value: unknown
}

const DEPTH = 4
const MOST_PATHS = 60
/** Names that a path can be written with. */
const writable = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u

/** The paths into messages that were seen, the newest of them last; those every message has come first. */
export function seenPaths(messages: readonly SeenMessage[]): readonly SeenPath[] {
  const found = new Map<string, unknown>([
    ['payload', undefined],
    ['topic', undefined],
  ])
  for (const { id: _, ...message } of messages) walk(message, '', 1, found)
  return [...found].slice(0, MOST_PATHS).map(([path, value]) => ({ path, value }))
}

function walk(
  value: Readonly<Record<string, unknown>>,
  before: string,
  depth: number,
  found: Map<string, unknown>,
) {
  for (const [name, inner] of Object.entries(value)) {
    if (!writable.test(name)) continue
    const path = `${before}${name}`
    found.set(path, inner)
    if (depth < DEPTH && isRecord(inner)) walk(inner, `${path}.`, depth + 1, found)
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
