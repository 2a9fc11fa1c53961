import { parseJson } from '../environment.ts'
import { memberCode, readCode, readPath } from '../message-path.ts'

/** JavaScript for a value of one of Node-RED's typed inputs; `undefined` for what a function here cannot know. */
export function valueCode(value: string, type: string): string | undefined {
  switch (type) {
    case 'str':
      return JSON.stringify(value)
    case 'num':
      return Number.isFinite(Number(value)) ? String(Number(value)) : undefined
    case 'bool':
      return String(value === 'true')
    case 'json':
      return JSON.stringify(parseJson(value))
    case 'date':
      return dateCode[value]
    case 'nul':
      return 'null'
    case 'msg':
    case 'jsonata':
      return pathCode(value)
    default:
      return undefined
  }
}

const dateCode: Readonly<Record<string, string>> = {
  '': 'now()',
  iso: 'new Date(now()).toISOString()',
  object: 'new Date(now())',
}

/** A path reads the same in a message and in JSONata; an expression that is more than a path is left alone. */
function pathCode(path: string): string | undefined {
  const keys = readPath(path.trim())
  return keys && readCode(keys)
}

/** A statement that sets a property of the message, making the objects on the way. A topic is always text here. */
export function assignCode(path: readonly string[], value: string): string {
  const [first = '', ...rest] = path
  if (rest.length > 0) return `setProperty(message, ${JSON.stringify(path)}, ${value})`
  const isText = first !== 'topic' || value.startsWith('"')
  return `message${memberCode(first)} = ${isText ? value : `asText(${value})`}`
}

/** The functions that generated statements call; only those that the code names. */
export function withHelpers(code: string): string {
  const needed = Object.entries(helpers).filter(([name]) => code.includes(`${name}(`))
  return [code, ...needed.map(([, helper]) => helper)].join('\n\n')
}

const helpers: Readonly<Record<string, string>> = {
  setProperty: `function setProperty(target, path, value) {
  const last = path.at(-1)
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(target, key)) target[key] = {}
    target = target[key]
    if (typeof target !== 'object' || target === null) return // nothing can be set inside such a value
  }
  target[last] = value
}`,
  removeProperty: `function removeProperty(target, path) {
  const last = path.at(-1)
  for (const key of path.slice(0, -1)) target = target?.[key]
  if (Array.isArray(target)) target.splice(Number(last), 1)
  else if (typeof target === 'object' && target !== null) delete target[last]
}`,
  exchange: `function exchange(value, from, to) {
  if (value === from) return to
  const isText = typeof value === 'string' && (typeof from === 'string' || from instanceof RegExp)
  return isText ? value.replaceAll(from, String(to)) : value
}`,
  asText: `function asText(value) {
  return value === undefined || value === null ? undefined : String(value)
}`,
}
