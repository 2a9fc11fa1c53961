import type { ConnectionPreview, FlowPreview } from '../../../api/types.ts'

export type ImportChoice = 'new' | 'replace' | 'skip'

/** A flow of a file, with what a person wants done with it. */
export interface PlannedFlow extends FlowPreview {
  readonly file: string
  readonly choice: ImportChoice
}

/** Nothing that stands is touched unless somebody says so. */
export const planFlow = (file: string, preview: FlowPreview): PlannedFlow => ({
  ...preview,
  file,
  choice: 'new',
})

/** What can be done with a flow. */
export const choicesFor = ({ stands }: FlowPreview): readonly ImportChoice[] =>
  stands ? ['new', 'replace', 'skip'] : ['new', 'skip']

/** The connections that the chosen flows bring, each once: the first of an id is the one that is made. */
export function connectionsOf(plan: readonly PlannedFlow[]): readonly ConnectionPreview[] {
  const byId = new Map<string, ConnectionPreview>()
  for (const { choice, connections } of plan) {
    if (choice === 'skip') continue
    for (const connection of connections) {
      const first = byId.get(connection.id)
      if (!first || first.becomes === 'unknown') byId.set(connection.id, connection)
    }
  }
  return [...byId.values()]
}

/** Typed secrets by connection and field. */
export type TypedSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What was really typed, for connections that the plan makes anew: what stands is never changed by an import. */
export function secretsToSave(
  plan: readonly PlannedFlow[],
  typed: TypedSecrets,
): readonly { readonly id: string; readonly secrets: Readonly<Record<string, string>> }[] {
  return connectionsOf(plan).flatMap(({ id, becomes, secrets }) => {
    const filled = secrets.flatMap((field) => {
      const value = typed[id]?.[field] ?? ''
      return value === '' ? [] : [[field, value] as const]
    })
    return becomes === 'new' && filled.length > 0 ? [{ id, secrets: Object.fromEntries(filled) }] : []
  })
}
