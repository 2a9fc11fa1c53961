/** The three texts of a function node. */
export const parts = ['setup', 'code', 'teardown'] as const
export type Part = (typeof parts)[number]

/** All that the types of a function follow from. */
export interface FunctionText {
  readonly language: 'javascript' | 'typescript'
  readonly texts: Readonly<Record<Part, string>>
  /** TypeScript type of `message.payload`, as `payloadType` writes it. */
  readonly payload: string
}

/** A text for the compiler, and where in it each part begins. */
export interface TypedFunction {
  readonly text: string
  readonly starts: Readonly<Record<Part, number>>
}

/** What the functions around the parts are called: like nothing that a person would write. */
export const frame: Readonly<Record<Part, string>> = {
  setup: 'wirehouse$aroundSetup',
  code: 'wirehouse$aroundCode',
  teardown: 'wirehouse$aroundTeardown',
}

/**
 * Puts the parts where the server puts them: the body and the tear-down are functions within the set-up,
 * so that they see what it declares. Each begins on a line of its own.
 */
export function typeFunction({ language, texts, payload }: FunctionText): TypedFunction {
  const type = `Message<${payload}>`
  const isTyped = language === 'typescript'
  let text = `async function ${frame.setup}() {\n`
  const starts = { setup: text.length, code: 0, teardown: 0 }
  text += `${texts.setup}\n`
  text += isTyped
    ? `async function ${frame.code}(message: ${type}) {\n`
    : `/** @param {${type}} message */\nasync function ${frame.code}(message) {\n`
  starts.code = text.length
  text += `${texts.code}\n}\nasync function ${frame.teardown}() {\n`
  starts.teardown = text.length
  text += `${texts.teardown}\n}\n}\n`
  return { text, starts }
}

/** A place in one of the parts, for one in the whole; what stands behind a part is its end. */
export function placeIn(
  { starts }: TypedFunction,
  texts: FunctionText['texts'],
  offset: number,
): { readonly part: Part; readonly offset: number } {
  const part = parts.findLast((name) => starts[name] <= offset) ?? 'setup'
  return { part, offset: Math.max(0, Math.min(offset - starts[part], texts[part].length)) }
}
