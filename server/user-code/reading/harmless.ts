import type {
  AnyNode,
  AssignmentExpression,
  AssignmentProperty,
  CallExpression,
  MemberExpression,
  NewExpression,
  Property,
  RestElement,
} from 'acorn'
import { isFresh, isInert } from './fresh.ts'
import {
  calledOnly,
  callingMethods,
  changingMethods,
  converters,
  makers,
  matchingMethods,
  parts,
  patternMethods,
  plainValues,
  readingMethods,
  sharedParts,
  unaskedMethods,
  viewMakers,
} from './harmless-names.ts'
import { KnownNames } from './known-names.ts'
import { childrenOf, keyOf, memberName } from './syntax.ts'

/** What is left to be looked at of a piece of source; nothing where the piece may do harm. */
type Rest = readonly (AnyNode | null | undefined)[] | undefined

/**
 * Whether no part of a function's source writes to an object that it did not make itself, so that what is in the
 * messages it gets stays as it is, whatever it keeps of them. An allow list: what is not known to be harmless
 * is not. It takes for granted that messages hold data, and no functions that other user code has put there.
 */
export function isHarmless(source: AnyNode): boolean {
  const names = new KnownNames(source)
  const open: (AnyNode | null | undefined)[] = [source]
  while (open.length > 0) {
    const node = open.pop()
    if (!node) continue
    const rest = restOf(node, names)
    if (!rest) return false
    open.push(...rest)
  }
  return true
}

function restOf(node: AnyNode, names: KnownNames): Rest {
  if (plain.has(node.type)) return childrenOf(node)
  switch (node.type) {
    case 'Identifier':
      return mayBeNamed(node.name, names) ? [] : undefined
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return node.generator
        ? undefined
        : [...node.params.filter(({ type }) => type !== 'Identifier'), node.body]
    case 'ForInStatement':
    case 'ForOfStatement':
      return isWritable(node.left) ? childrenOf(node) : undefined
    case 'LabeledStatement':
      return [node.body]
    case 'BreakStatement':
    case 'ContinueStatement':
      return []
    case 'ObjectPattern':
      return node.properties.some(isWayToShared) ? undefined : node.properties.flatMap(partsOfPattern)
    case 'Property':
      return restOfProperty(node, names)
    case 'MemberExpression':
      return restOfMember(node, names)
    case 'AssignmentExpression':
      return restOfAssignment(node, names)
    case 'UpdateExpression':
      return restOfChange(node.argument, names)
    case 'UnaryExpression':
      return node.operator === 'delete' ? restOfChange(node.argument, names) : [node.argument]
    case 'BinaryExpression':
      return restOfComparison(node, names)
    case 'CallExpression':
      return restOfCall(node, names)
    case 'NewExpression':
      return restOfMaking(node, names)
    default:
      return undefined
  }
}

/** What does no harm of itself. */
const plain: ReadonlySet<string> = new Set<AnyNode['type']>([
  ...(['Program', 'ExpressionStatement', 'BlockStatement', 'EmptyStatement', 'ReturnStatement'] as const),
  ...(['IfStatement', 'SwitchStatement', 'SwitchCase', 'ThrowStatement', 'TryStatement'] as const),
  ...(['CatchClause', 'WhileStatement', 'DoWhileStatement', 'ForStatement', 'VariableDeclaration'] as const),
  ...(['VariableDeclarator', 'ArrayPattern', 'RestElement', 'AssignmentPattern'] as const),
  ...(['ArrowFunctionExpression', 'Literal', 'TemplateLiteral', 'TemplateElement'] as const),
  ...(['ArrayExpression', 'ObjectExpression', 'SpreadElement', 'SequenceExpression'] as const),
  ...(['LogicalExpression', 'ConditionalExpression', 'ChainExpression', 'AwaitExpression'] as const),
])

const mayBeNamed = (name: string, names: KnownNames): boolean =>
  names.isDeclared(name) || ((plainValues.has(name) || converters.has(name)) && names.isGiven(name))

/** A member that is called by its name, or by the language: no function from elsewhere must come to be there. */
const isCalled = (name: string | undefined): boolean =>
  name === undefined ||
  readingMethods.has(name) ||
  callingMethods.has(name) ||
  matchingMethods.has(name) ||
  patternMethods.has(name) ||
  changingMethods.has(name) ||
  unaskedMethods.has(name)

const isWayToShared = (part: AnyNode): boolean =>
  part.type === 'Property' && sharedParts.has(keyOf(part) ?? '')

const partsOfPattern = (part: AssignmentProperty | RestElement): AnyNode[] =>
  part.type === 'RestElement' ? [part] : part.computed ? [part.key, part.value] : [part.value]

/** Of an object literal. */
function restOfProperty(property: Property | AssignmentProperty, names: KnownNames): Rest {
  const { kind, computed, key, value } = property
  if (kind !== 'init' || isWayToShared(property)) return undefined
  if (isCalled(keyOf(property)) && !isPlainData(value, names)) return undefined
  return computed ? [key, value] : [value]
}

const isPlainData = (value: AnyNode, names: KnownNames): boolean =>
  isInert(value) || (value.type === 'CallExpression' && isConversion(value, names))

const isConversion = ({ callee }: CallExpression, names: KnownNames): boolean =>
  callee.type === 'Identifier' && converters.has(callee.name) && names.isGiven(callee.name)

function restOfMember(member: MemberExpression, names: KnownNames): Rest {
  const name = memberName(member)
  if (name !== undefined && sharedParts.has(name)) return undefined
  const { object, property, computed } = member
  const isPart = object.type === 'Identifier' && (object.name === 'Math' || object.name === 'Number')
  if (isPart && names.isGiven(object.name)) return computed ? undefined : []
  return computed ? [object, property] : [object]
}

/** Something new for a variable, or for a member of what the source has made itself. */
function restOfAssignment({ left, right, operator }: AssignmentExpression, names: KnownNames): Rest {
  if (left.type !== 'MemberExpression') return isWritable(left) ? [left, right] : undefined
  const rest = restOfChange(left, names)
  const isPlain = !keepsRight.has(operator) || !isCalled(memberName(left)) || isPlainData(right, names)
  return rest && isPlain ? [...rest, right] : undefined
}

/** What assigns the very thing on its right. */
const keepsRight: ReadonlySet<string> = new Set(['=', '||=', '&&=', '??='])

/** A variable, or a member of what the source has made itself, is changed or taken away. */
function restOfChange(target: AnyNode, names: KnownNames): Rest {
  if (target.type === 'Identifier') return [target]
  if (target.type !== 'MemberExpression' || !isFresh(target.object, names)) return undefined
  return restOfMember(target, names)
}

/** Whether a pattern gives values to variables alone. */
function isWritable(target: AnyNode): boolean {
  switch (target.type) {
    case 'Identifier':
    case 'VariableDeclaration':
      return true
    case 'ObjectPattern':
      return target.properties.every((part) => isWritable(part.type === 'Property' ? part.value : part))
    case 'ArrayPattern':
      return target.elements.every((element) => !element || isWritable(element))
    case 'AssignmentPattern':
      return isWritable(target.left)
    case 'RestElement':
      return isWritable(target.argument)
    default:
      return false
  }
}

function restOfComparison(node: Extract<AnyNode, { type: 'BinaryExpression' }>, names: KnownNames): Rest {
  const { left, right, operator } = node
  if (operator !== 'instanceof') return [left, right]
  return right.type === 'Identifier' && names.isGiven(right.name) ? [left] : undefined
}

function restOfMaking({ callee, arguments: given }: NewExpression, names: KnownNames): Rest {
  if (callee.type !== 'Identifier' || !names.isGiven(callee.name)) return undefined
  return makers.has(callee.name) || viewMakers.has(callee.name) ? given : undefined
}

function restOfCall(call: CallExpression, names: KnownNames): Rest {
  const { callee, arguments: given } = call
  if (callee.type === 'Identifier') return mayBeCalled(callee.name, call, names) ? given : undefined
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined
  const method = memberName(callee) ?? ''
  const { object } = callee
  if (object.type === 'Identifier' && names.isGiven(object.name))
    return partMayBeCalled(object.name, method, call, names) ? given : undefined
  return methodMayBeCalled(object, method, call, names) ? [object, ...given] : undefined
}

function mayBeCalled(name: string, { arguments: given }: CallExpression, names: KnownNames): boolean {
  if (!names.isGiven(name)) return isOwnFunction(names.valueOf(name))
  // a second argument of this one can take bytes away from where they are
  if (name === 'structuredClone') return given.length === 1 && given[0]?.type !== 'SpreadElement'
  return calledOnly.has(name) || converters.has(name)
}

function partMayBeCalled(
  name: string,
  method: string,
  { arguments: given }: CallExpression,
  names: KnownNames,
): boolean {
  const part = parts.get(name)
  if (!part || (part.calls && !part.calls.includes(method)) || sharedParts.has(method)) return false
  if (!part.calling?.includes(method)) return true
  return given[0]?.type !== 'SpreadElement' && mayBeCalledBack(given[1], names)
}

function methodMayBeCalled(
  object: AnyNode,
  method: string,
  { arguments: given }: CallExpression,
  names: KnownNames,
): boolean {
  const [first] = given
  if (readingMethods.has(method)) return true
  if (callingMethods.has(method)) return mayBeCalledBack(first, names)
  if (matchingMethods.has(method)) return first === undefined || isFresh(first, names)
  if (patternMethods.has(method)) return isFresh(object, names)
  if (!changingMethods.has(method) || !isFresh(object, names)) return false
  return method !== 'sort' || mayBeCalledBack(first, names)
}

/** Whether what is called with parts of messages is known: it is looked at itself. */
function mayBeCalledBack(callback: AnyNode | undefined, names: KnownNames): boolean {
  if (callback === undefined || isInert(callback) || isOwnFunction(callback)) return true
  if (callback.type === 'Identifier')
    return names.isGiven(callback.name)
      ? callback.name === 'undefined' || converters.has(callback.name)
      : isOwnFunction(names.valueOf(callback.name))
  return (
    callback.type === 'MemberExpression' &&
    callback.object.type === 'Identifier' &&
    callback.object.name === 'Math' &&
    names.isGiven('Math') &&
    !callback.computed
  )
}

const isOwnFunction = (value: AnyNode | undefined): boolean =>
  value?.type === 'ArrowFunctionExpression' ||
  value?.type === 'FunctionExpression' ||
  value?.type === 'FunctionDeclaration'
