import { compileTemplate, type RenderOptions, TemplateError } from '../template.ts'
import { NodeError } from './node-error.ts'

/** A template out of a node's config; its errors are the node's, at this field. */
export function nodeTemplate(
  text: string,
  field: string,
): (message: unknown, options?: RenderOptions) => string {
  const template = atField(field, () => compileTemplate(text))
  return (message, options) => atField(field, () => template.render(message, options))
}

function atField<Result>(field: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof TemplateError) throw NodeError.of(error, { field, cause: error })
    throw error
  }
}
