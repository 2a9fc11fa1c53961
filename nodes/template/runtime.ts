import { parseJson } from '#kit/json-problem.ts'
import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import { compileTemplate } from '#kit/template.ts'
import { notJson, template } from './definition.ts'
import { jsonEscape } from './json-text.ts'

export const templateRuntime = implementNode(template, ({ config, clock, emit }) => {
  const render = nodeTemplate(config.template, 'template')
  const path = config.property.split('.')

  const writeText = (message: Message): string => render(message, { now: clock.now() })

  const writeJson = (): ((message: Message) => unknown) => {
    const fitIn = jsonEscape(compileTemplate(config.template).literals)
    return (message) => jsonOf(render(message, { now: clock.now(), escape: fitIn }))
  }

  const write = config.output === 'json' ? writeJson() : writeText
  return { in: (message) => emit('out', withProperty(message, path, write(message)) as Message) }
})

function jsonOf(text: string): unknown {
  const parsed = parseJson(text)
  if ('value' in parsed) return parsed.value
  throw NodeError.of(notJson(parsed.problem), { field: 'template' })
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
