import type { AnyNode, CallExpression } from 'acorn'
import { converters, makers, makingMethods, parts } from './harmless-names.ts'
import type { KnownNames } from './known-names.ts'
import { memberName } from './syntax.ts'

/**
 * Whether an expression answers an object that was made for it, and of which nobody else knows: its members may
 * then be written, though not what they refer to. Or something that is no object at all.
 */
export function isFresh(node: AnyNode, names: KnownNames): boolean {
  switch (node.type) {
    case 'ArrayExpression':
    case 'ObjectExpression':
    case 'Literal':
    case 'TemplateLiteral':
      return true
    case 'Identifier': {
      const value = names.valueOf(node.name)
      return value !== undefined && value.type !== 'Identifier' && isFresh(value, names)
    }
    case 'NewExpression':
      return (
        node.callee.type === 'Identifier' && makers.has(node.callee.name) && names.isGiven(node.callee.name)
      )
    case 'LogicalExpression':
      return isFresh(node.left, names) && isFresh(node.right, names)
    case 'ConditionalExpression':
      return isFresh(node.consequent, names) && isFresh(node.alternate, names)
    case 'ChainExpression':
      return isFresh(node.expression, names)
    case 'CallExpression':
      return isFreshCall(node, names)
    default:
      return false
  }
}

function isFreshCall({ callee, arguments: given }: CallExpression, names: KnownNames): boolean {
  if (callee.type === 'Identifier')
    return names.isGiven(callee.name) && (converters.has(callee.name) || callee.name === 'structuredClone')
  if (callee.type !== 'MemberExpression' || callee.computed) return false
  const { object } = callee
  const method = memberName(callee) ?? ''
  if (object.type === 'Identifier' && names.isGiven(object.name)) {
    if (object.name === 'JSON') return method === 'parse' && given.length === 1
    return parts.get(object.name)?.makes?.includes(method) ?? false
  }
  if (makingMethods.has(method)) return true
  return answersItself.has(method) && isFresh(object, names)
}

/** Methods that answer what they were called upon. */
const answersItself: ReadonlySet<string> = new Set(['sort', 'reverse', 'fill'])

/** Whether an expression answers nothing that could be called, whatever it is made of. */
export function isInert({ type }: AnyNode): boolean {
  return inert.has(type)
}

const inert: ReadonlySet<string> = new Set([
  ...['Literal', 'TemplateLiteral', 'ArrayExpression', 'ObjectExpression'],
  ...['BinaryExpression', 'UnaryExpression', 'UpdateExpression', 'NewExpression'],
])
