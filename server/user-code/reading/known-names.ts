import type { AnyNode } from 'acorn'
import { API_NAMES } from '../function-api.ts'
import { childrenOf } from './syntax.ts'

interface Known {
  /** How often the source declares it: in whichever scope. */
  times: number
  isAssigned: boolean
  /** What it is declared with. */
  value?: AnyNode
}

const apiNames: ReadonlySet<string> = new Set(API_NAMES.split(', '))

/**
 * The names of a function's source. Knows nothing of scopes: what is declared twice, or is declared and
 * assigned, might be anything.
 */
export class KnownNames {
  readonly #names = new Map<string, Known>()

  constructor(source: AnyNode) {
    const open = [source]
    for (let node = open.pop(); node; node = open.pop()) {
      this.#look(node)
      open.push(...childrenOf(node))
    }
  }

  /** Nobody has declared it: it is the language's. Or it is the API's, and nothing else is called so. */
  isGiven(name: string): boolean {
    const known = this.#names.get(name)
    if (known?.isAssigned) return false
    return apiNames.has(name) ? known?.times === 1 : known === undefined
  }

  /** It is the source's own. */
  isDeclared(name: string): boolean {
    return this.#names.has(name) && !this.isGiven(name)
  }

  /** What a name stands for, where it stands for one thing alone. */
  valueOf(name: string): AnyNode | undefined {
    const known = this.#names.get(name)
    return known?.times === 1 && !known.isAssigned ? known.value : undefined
  }

  #look(node: AnyNode): void {
    switch (node.type) {
      case 'VariableDeclarator':
        this.#declare(node.id, node.init)
        break
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (node.id) this.#declare(node.id, node.type === 'FunctionDeclaration' ? node : undefined)
        for (const parameter of node.params) this.#declare(parameter)
        break
      case 'ClassDeclaration':
      case 'ClassExpression':
        if (node.id) this.#declare(node.id)
        break
      case 'CatchClause':
        if (node.param) this.#declare(node.param)
        break
      case 'AssignmentExpression':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#assign(node.left)
        break
      case 'UpdateExpression':
        this.#assign(node.argument)
    }
  }

  #declare(pattern: AnyNode, value?: AnyNode | null): void {
    const isWhole = pattern.type === 'Identifier'
    for (const name of namesIn(pattern)) {
      const known = this.#names.get(name)
      if (known) known.times += 1
      else this.#names.set(name, { times: 1, isAssigned: false, ...(isWhole && value && { value }) })
    }
  }

  #assign(target: AnyNode): void {
    for (const name of namesIn(target)) {
      const known = this.#names.get(name) ?? { times: 0, isAssigned: true }
      known.isAssigned = true
      this.#names.set(name, known)
    }
  }
}

/** What a pattern gives values to, by name. */
function namesIn(pattern: AnyNode): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'Property' ? property.value : property),
      )
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []))
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    default:
      return []
  }
}
