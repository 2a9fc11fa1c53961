import { compileTemplate } from '#kit/template.ts'

/** Of each place of a template of JSON text, whether it stands within quotes. Throws a `TemplateError`. */
export function placesInStrings(text: string): readonly boolean[] {
  const { literals } = compileTemplate(text)
  let isInside = false
  return literals.slice(0, -1).map((literal) => {
    for (const [sign] of literal.matchAll(/\\.|"/gs)) if (sign === '"') isInside = !isInside
    return isInside
  })
}

/** Whether a template makes JSON when each place holds a simple value. Throws a `TemplateError`. */
export function makesJson(text: string): boolean {
  const { literals } = compileTemplate(text)
  const inside = placesInStrings(text)
  const filled = literals.map((literal, at) => literal + (at < inside.length ? (inside[at] ? 'x' : '0') : ''))
  try {
    JSON.parse(filled.join(''))
    return true
  } catch {
    return false // that is the answer
  }
}
