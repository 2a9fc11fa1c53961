import { type FlowNode, readEndpoint, type Wire } from '../flow.ts'
import { subflowOf } from '../subflow.ts'
import type { Listed, Operation, Target } from './operation.ts'

/** What shares its names: nodes and notes of one drawing, its groups, the subflows of a flow. */
export type NameSpace = 'item' | 'group' | 'subflow'

const spaceOf: Readonly<Partial<Record<Target['kind'], NameSpace>>> = {
  node: 'item',
  note: 'item',
  group: 'group',
  subflow: 'subflow',
}

/** New ids for what operations bring along, where the old ones are taken. */
export class Renames {
  readonly #names = new Map<string, string>()

  get isEmpty(): boolean {
    return this.#names.size === 0
  }

  set(space: NameSpace, scope: string | undefined, from: string, to: string): void {
    if (from === to) this.#names.delete(keyOf(space, scope, from))
    else this.#names.set(keyOf(space, scope, from), to)
  }

  /** Those of others, too; they come later and count. */
  add(others: Renames): void {
    for (const [key, name] of others.#names) this.#names.set(key, name)
  }

  get(space: NameSpace, scope: string | undefined, id: string): string {
    return this.#names.get(keyOf(space, scope, id)) ?? id
  }

  /** The same operation with the new names wherever it says the old ones. */
  in(operation: Operation): Operation {
    if (this.isEmpty || operation.kind === 'replace') return operation
    const { in: scope } = operation
    const item = (id: string): string => this.get('item', scope, id)
    const group = (id: string): string => this.get('group', scope, id)
    const subflow = (id: string): string => this.get('subflow', undefined, id)
    const end = (text: string): string => {
      const { node, port } = readEndpoint(text)
      return `${item(node)}.${port}`
    }
    const inside = scope === undefined ? {} : { in: subflow(scope) }
    switch (operation.kind) {
      case 'insert':
        return {
          ...operation,
          ...inside,
          ...mapList('nodes', operation.nodes, (node) => this.#ofSubflow(placed(node, item, group))),
          ...mapList('notes', operation.notes, (note) => placed(note, item, group)),
          ...mapList('groups', operation.groups, (one) => ({ ...one, id: group(one.id) })),
          ...mapList('wires', operation.wires, ([from, to]): Wire => [end(from), end(to)]),
          ...mapList('subflows', operation.subflows, (one) => ({ ...one, id: subflow(one.id) })),
        }
      case 'remove':
        return {
          ...operation,
          ...inside,
          ...(operation.nodes && { nodes: operation.nodes.map(item) }),
          ...(operation.notes && { notes: operation.notes.map(item) }),
          ...(operation.groups && { groups: operation.groups.map(group) }),
          ...(operation.wires && { wires: operation.wires.map((key) => key.split(' ').map(end).join(' ')) }),
          ...(operation.subflows && { subflows: operation.subflows.map(subflow) }),
        }
      case 'move':
        return {
          ...operation,
          ...inside,
          places: Object.fromEntries(Object.entries(operation.places).map(([id, at]) => [item(id), at])),
        }
      case 'configure':
        return { ...operation, ...inside, target: this.#target(operation.target, scope) }
      case 'set': {
        const inGroup = operation.fields['group']
        return {
          ...operation,
          ...inside,
          target: this.#target(operation.target, scope),
          ...(typeof inGroup === 'string' && { fields: { ...operation.fields, group: group(inGroup) } }),
        }
      }
    }
  }

  #target<T extends Target>(target: T, scope: string | undefined): T {
    const space = spaceOf[target.kind]
    if (!space || !('id' in target)) return target
    return { ...target, id: this.get(space, space === 'subflow' ? undefined : scope, target.id) }
  }

  /** A node that stands for a subflow names it in its config. */
  #ofSubflow(node: FlowNode): FlowNode {
    const subflow = subflowOf(node)
    if (subflow === undefined) return node
    return { ...node, config: { ...node.config, subflow: this.get('subflow', undefined, subflow) } }
  }
}

const keyOf = (space: NameSpace, scope: string | undefined, id: string): string =>
  [space, space === 'subflow' ? '' : (scope ?? ''), id].join(' ')

/** The same under the name that it has now, in its group. */
const placed = <Item extends { readonly id: string; readonly group?: string | undefined }>(
  thing: Item,
  item: (id: string) => string,
  group: (id: string) => string,
): Item => ({
  ...thing,
  id: item(thing.id),
  ...(thing.group !== undefined && { group: group(thing.group) }),
})

const mapList = <Name extends string, Item>(
  name: Name,
  listed: readonly Listed<Item>[] | undefined,
  change: (item: Item) => Item,
): { readonly [Key in Name]?: readonly Listed<Item>[] } => {
  if (!listed) return {}
  const changed = listed.map(({ index, item }) => ({ index, item: change(item) }))
  return { [name]: changed } as { readonly [Key in Name]: typeof changed }
}
