import type { Flow } from '../flow.ts'
import { readLists } from './lists.ts'
import type { FieldChange, Operation, Target } from './operation.ts'

/** What was done, and the way back as it was at that time. */
interface Done {
  readonly operations: readonly Operation[]
  readonly inverse: readonly Operation[]
}

/**
 * The operations that take a step back in a flow that has gone on since. What somebody else has set later in one
 * of its fields, or moved later, stays.
 */
export function operationsToUndo(flow: Flow, step: readonly Done[]): readonly Operation[] {
  const left = new LeftValues(step.flatMap(({ operations }) => operations))
  return step.toReversed().flatMap(({ inverse }) =>
    inverse.flatMap((operation): readonly Operation[] => {
      if (operation.kind === 'move') {
        const placed = readPlaced(flow, operation.in)
        const places = Object.entries(operation.places).filter(([id]) =>
          left.stands(placeOf(operation.in, 'node', id), 'at', placed.get(id)),
        )
        return places.length > 0 ? [{ ...operation, places: Object.fromEntries(places) }] : []
      }
      if (operation.kind !== 'configure' && operation.kind !== 'set') return [operation]
      const owner = readOwner(flow, operation)
      const isKept = (field: string): boolean =>
        left.stands(ownerOf(operation), fieldOf(operation, field), owner, field)
      const fields = Object.entries(operation.fields).filter(([field]) => isKept(field))
      const gone = (operation.gone ?? []).filter(isKept)
      if (fields.length + gone.length === 0) return []
      return [{ ...operation, fields: Object.fromEntries(fields), ...(operation.gone && { gone }) }]
    }),
  )
}

type Owner = Readonly<Record<string, unknown>>
type FieldOperation = Extract<Operation, { kind: 'configure' | 'set' }>

/** The values that operations have left behind, by whose they are. */
class LeftValues {
  readonly #values = new Map<string, Map<string, string>>()

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) this.#note(operation)
  }

  /** Whether what was left in a field is still there, so far as it is known: who comes and goes in a step has no past. */
  stands(place: string, field: string, owner: Owner | undefined, key = field): boolean {
    const left = this.#values.get(place)?.get(field)
    return left === undefined || owner === undefined || left === textOf(owner[key])
  }

  #note(operation: Operation): void {
    switch (operation.kind) {
      case 'move':
        for (const [id, at] of Object.entries(operation.places))
          this.#set(placeOf(operation.in, 'node', id), 'at', at)
        return
      case 'configure':
      case 'set':
        for (const [field, value] of fieldsOf(operation))
          this.#set(ownerOf(operation), fieldOf(operation, field), value)
        return
      case 'insert':
      case 'remove':
        for (const kind of ['node', 'note', 'group', 'subflow'] as const)
          for (const item of operation[`${kind}s`] ?? [])
            this.#values.delete(placeOf(operation.in, kind, typeof item === 'string' ? item : item.item.id))
    }
  }

  #set(place: string, field: string, value: unknown): void {
    const fields = this.#values.get(place) ?? new Map<string, string>()
    this.#values.set(place, fields.set(field, textOf(value)))
  }
}

/** A field that is both set and said to go is set. */
const fieldsOf = ({ fields, gone = [] }: FieldChange): readonly (readonly [string, unknown])[] => [
  ...gone.map((field) => [field, undefined] as const),
  ...Object.entries(fields),
]

const textOf = (value: unknown): string => JSON.stringify(value) ?? ''
const fieldOf = ({ kind, target }: FieldOperation, field: string): string => `${kind} ${target.kind} ${field}`
const ownerOf = (operation: FieldOperation): string => {
  const { target } = operation
  return placeOf(operation.in, target.kind, 'id' in target ? target.id : '')
}

/** Nodes and notes share their ids; the rest belongs to the flow as a whole, wherever it is said. */
function placeOf(scope: string | undefined, kind: Target['kind'], id: string): string {
  if (kind === 'node' || kind === 'note') return JSON.stringify([scope ?? null, 'item', id])
  return JSON.stringify([kind === 'group' ? (scope ?? null) : null, kind, id])
}

function readOwner(flow: Flow, operation: FieldOperation): Owner | undefined {
  const item = readTarget(flow, operation.in, operation.target)
  return operation.kind === 'configure' ? (item?.['config'] as Owner | undefined) : item
}

function readTarget(flow: Flow, scope: string | undefined, target: Target): Owner | undefined {
  if (target.kind === 'flow') return flow
  const items: readonly { readonly id: string }[] = readLists(flow, scope)?.[`${target.kind}s`] ?? []
  return items.find(({ id }) => id === target.id) as Owner | undefined
}

/** Where nodes and notes stand, by their ids. */
function readPlaced(flow: Flow, scope: string | undefined): ReadonlyMap<string, Owner> {
  const lists = readLists(flow, scope)
  const items = [...(lists?.nodes ?? []), ...(lists?.notes ?? [])]
  return new Map(items.map(({ id, at }) => [id, { at }]))
}
