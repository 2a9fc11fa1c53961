import * as z from 'zod'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { findJsonProblem, type JsonProblem } from '#kit/json-problem.ts'
import { port } from '#kit/kinds.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { checkTemplate, compileTemplate } from '#kit/template.ts'
import { jsonOutline } from './json-text.ts'

export const template = defineNode({
  type: 'template',
  version: 1,
  group: 'function',
  icon: 'braces',
  title: 'Template',
  summary: 'Writes a text or a JSON value out of parts of the message.',
  keywords: ['text', 'format', 'json', 'mustache', 'string'],
  config: () =>
    z.object({
      template: z.string().default('{{ payload }}').meta({ title: 'Template', control: 'template' }),
      output: z
        .enum(['text', 'json'])
        .default('text')
        .meta({ title: 'Result', options: { text: 'Text', json: 'JSON' } }),
      property: z
        .string()
        .trim()
        .max(200)
        .default('payload')
        .meta({ title: 'Write into', description: 'The property of the message.', control: 'property' }),
    }),
  converts: [
    { to: 'text', config: {} },
    { to: 'json', config: { output: 'json', template: '{{ payload | json }}' } },
  ],
  inputs: { in: port.any() },
  outputs: ({ output, property }) => ({
    out: property !== 'payload' ? port.any() : output === 'json' ? port.json() : port.text(),
  }),
  caption: ({ template: text }) => text.split('\n', 1)[0] ?? '',
  check: (config) => [
    ...checkProperty(config.property),
    ...checkText(config.template, config.output === 'json'),
  ],
})

/** Names that would reach past the message itself, and the id, which follows it through the flow. */
const forbidden = /^(id|.*(^|\.)(__proto__|constructor|prototype)(\..*)?)$/

function checkProperty(property: string): readonly ConfigProblem[] {
  if (/^[\p{L}_$][\p{L}\p{N}_$-]*(\.[\p{L}\p{N}_$-]+)*$/u.test(property) && !forbidden.test(property))
    return []
  const message = `"${property}" cannot be written. Name a property such as payload or payload.text.`
  return [{ code: 'TEMPLATE_PROPERTY', field: 'property', message, values: { property } }]
}

function checkText(text: string, isJson: boolean): readonly ConfigProblem[] {
  const error = checkTemplate(text)
  if (error) return [{ ...sentenceOf(error), field: 'template' }]
  const outline = jsonOutline(compileTemplate(text).literals)
  const problem = isJson ? findJsonProblem(outline) : undefined
  return problem ? [{ ...notJson(problem), field: 'template' }] : []
}

/** Says where what the template makes is not JSON. */
export function notJson({ line, column, problem }: JsonProblem): Sentence {
  return {
    code: 'TEMPLATE_JSON',
    message: `The template does not make JSON: in its result, line ${line}, column ${column}, ${problem.message}.`,
    values: { line, column, problem },
  }
}
