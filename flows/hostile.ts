import type { Problem } from './problem.ts'

/** How deep the values of a file may nest. */
export const MAX_DEPTH = 50

const hostileKeys = new Set(['__proto__', 'constructor', 'prototype'])

/** Walks a JSON value without recursion and answers the first thing in it that no flow has: a prototype key, or too deep a nesting. */
export function findHostile(value: unknown, maxDepth = MAX_DEPTH): Problem | undefined {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.value === null || typeof next.value !== 'object') continue
    if (next.depth >= maxDepth)
      return {
        code: 'FILE_TOO_DEEP',
        level: 'error',
        message: `The file nests deeper than ${maxDepth} levels. No flow needs that.`,
        values: { levels: maxDepth },
      }
    for (const [key, inner] of Object.entries(next.value)) {
      if (hostileKeys.has(key))
        return {
          code: 'FILE_HOSTILE_KEY',
          level: 'error',
          message: `The key "${key}" is not allowed. Take it out of the file.`,
          values: { key },
        }
      open.push({ value: inner, depth: next.depth + 1 })
    }
  }
  return undefined
}
