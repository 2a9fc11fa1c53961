/** Property names of a Node-RED path, `payload.rooms[0]["name"]`; `undefined` if it is none, or names others by a message. */
export function readPath(path: string): readonly string[] | undefined {
  const keys: string[] = []
  const step = /\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\["([^"\\\]]*)"\]|\['([^'\\\]]*)'\]|\.(\d+)/y
  while (step.lastIndex < path.length) {
    const isFirst = step.lastIndex === 0
    const match = step.exec(path)
    if (!match || (isFirst && match[1] === undefined) || (isFirst && path.startsWith('.'))) return undefined
    if (!isFirst && match[1] !== undefined && !match[0].startsWith('.')) return undefined
    keys.push(match.slice(1).find((key) => key !== undefined) ?? '')
  }
  const isHarmless = keys.every((key) => key !== '__proto__' && key !== 'constructor' && key !== 'prototype')
  return keys.length > 0 && isHarmless ? keys : undefined
}

/** The path as our nodes write it, `payload.rooms.0.name`; `undefined` where a name does not fit between dots. */
export function plainPath(path: string): string | undefined {
  const keys = readPath(path)
  return keys?.every((key) => /^[\w$-]+$/.test(key)) ? keys.join('.') : undefined
}

/** JavaScript that reads the path from a message and answers `undefined` where it ends early. */
export const readCode = (keys: readonly string[], root = 'message'): string =>
  keys.reduce((code, key, index) => code + memberCode(key, index > 0), root)

/** JavaScript of one step into an object. */
export const memberCode = (key: string, isOptional = false): string => {
  if (/^[A-Za-z_$][\w$]*$/.test(key)) return `${isOptional ? '?.' : '.'}${key}`
  return `${isOptional ? '?.' : ''}[${JSON.stringify(key)}]`
}
