import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import { compileTemplate } from '#kit/template.ts'
import { notJson, template } from './definition.ts'
import { findJsonProblem } from './json-problem.ts'
import { jsonEscape } from './json-text.ts'

export const templateRuntime = implementNode(template, ({ config, clock, emit }) => {
  const render = nodeTemplate(config.template, 'template')
  const path = config.property.split('.')

  const writeText = (message: Message): string => render(message, { now: clock.now() })

  const writeJson = (): ((message: Message) => unknown) => {
    const fitIn = jsonEscape(compileTemplate(config.template).literals)
    return (message) => parseJson(render(message, { now: clock.now(), escape: fitIn }))
  }

  const write = config.output === 'json' ? writeJson() : writeText
  return { in: (message) => emit('out', withProperty(message, path, write(message)) as Message) }
})

function parseJson(text: string): unknown {
  const problem = findJsonProblem(text)
  if (!problem) return JSON.parse(text)
  throw NodeError.of(notJson(text, problem), { field: 'template' })
}

/** A copy with one property changed; what stood on the way and holds no properties gives way to an object. */
function withProperty(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(target) && /^\d+$/.test(key)) {
    return target.map((entry, index) => (index === Number(key) ? withProperty(entry, rest, value) : entry))
  }
  const isOpen =
    target !== null && typeof target === 'object' && !ArrayBuffer.isView(target) && !Array.isArray(target)
  const properties = isOpen ? (target as Readonly<Record<string, unknown>>) : {}
  const inner = Object.hasOwn(properties, key) ? properties[key] : undefined
  return { ...properties, [key]: withProperty(inner, rest, value) }
}
