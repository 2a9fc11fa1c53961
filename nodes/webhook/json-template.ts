import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import { placesInStrings } from './json-places.ts'

/**
 * A template of JSON text. What is inserted stays one value, whatever a message holds: within quotes it is escaped,
 * elsewhere it is JSON by itself (a number, or what `| json` made) or becomes a text; what is missing becomes null.
 */
export function jsonTemplate(text: string, field: string): (message: unknown, now: number) => string {
  const render = nodeTemplate(text, field)
  const isInString = placesInStrings(text)
  const asJson = (inserted: string, place: number): string =>
    isInString[place] ? JSON.stringify(inserted).slice(1, -1) : jsonValue(inserted)
  return (message, now) => {
    const json = render(message, { now, escape: asJson })
    if (isJson(json)) return json
    throw new NodeError(
      'WEBHOOK_JSON',
      'The body is no JSON. Check its quotes, commas and braces; places need no quotes around them.',
      { field },
    )
  }
}

const jsonValue = (text: string): string =>
  text === '' ? 'null' : isJson(text) ? text : JSON.stringify(text)

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // that is the answer
  }
}
