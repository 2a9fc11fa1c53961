import { types } from 'node:util'
import type { Message } from '#kit/message.ts'
import { NodeError } from '#kit/runtime/node-error.ts'

/** Objects within objects; what is deeper contains itself, or would not fit on the stack. */
const DEEPEST = 500
/** Values in one message: a small object that holds another many times over could else fill the memory. */
const MOST_VALUES = 10_000_000

/** How many values the message at hand may still have. */
let left = 0

/**
 * A copy that shares nothing that can be written to: objects, lists, dates, maps, sets and bytes, of
 * whichever realm; class instances become plain objects. Throws a `NodeError` for what contains itself,
 * for functions, and for what is too large.
 */
export function copyMessage(message: Message): Message {
  left = MOST_VALUES
  return copyObject(message, DEEPEST)
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'object' ? value === null : typeof value !== 'function'

function copyValue(value: unknown, depth: number): unknown {
  if (typeof value === 'function') throw holdsFunction()
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) throw containsItself()
  if (Array.isArray(value)) return copyList(value, depth)
  const prototype = Object.getPrototypeOf(value)
  const isRecord =
    prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null
  return isRecord ? copyObject(value, depth) : copySpecial(value, depth)
}

/** Spreading makes the copy in one piece; only what it refers to is then replaced. */
function copyObject(value: Message, depth: number): Message
function copyObject(value: object, depth: number): object
function copyObject(value: object, depth: number): object {
  const copy: Record<string, unknown> = { ...value }
  let count = 0
  for (const key in copy) {
    count += 1
    const held = copy[key]
    if (!isPlain(held)) replace(copy, key, copyValue(held, depth - 1))
  }
  left -= count
  if (left < 0) throw tooLarge()
  return copy
}

/** A key may be called `__proto__`, which an assignment would not make one. */
function replace(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}

function copyList(list: readonly unknown[], depth: number): unknown[] {
  left -= list.length
  if (left < 0) throw tooLarge()
  const copy: unknown[] = new Array(list.length)
  for (let index = 0; index < list.length; index++) {
    const held = list[index]
    copy[index] = isPlain(held) ? held : copyValue(held, depth - 1)
  }
  return copy
}

function copySpecial(value: object, depth: number): object {
  if (types.isUint8Array(value)) return new Uint8Array(value)
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return structuredClone(value)
  if (types.isDate(value)) return new Date(value.getTime())
  if (types.isSet(value)) return new Set(copyList([...value], depth))
  if (types.isMap(value)) return copyMap(value, depth)
  return copyObject(value, depth)
}

function copyMap(map: ReadonlyMap<unknown, unknown>, depth: number): Map<unknown, unknown> {
  const values = copyList([...map.values()], depth)
  return new Map(copyList([...map.keys()], depth).map((key, index) => [key, values[index]]))
}

const holdsFunction = (): NodeError =>
  new NodeError(
    'MESSAGE_FUNCTION',
    'The message holds a function, which cannot be copied. Send only what it answers.',
  )

const containsItself = (): NodeError =>
  new NodeError(
    'MESSAGE_LOOP',
    'The message contains itself, or is nested too deeply, and cannot be copied. Send only a part of it.',
  )

const tooLarge = (): NodeError =>
  new NodeError('MESSAGE_TOO_LARGE', 'The message is too large to be copied. Send only a part of it.')
