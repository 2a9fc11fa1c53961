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

/** All that was decided, as the server takes it: all of it, or nothing. */
export const importOf = (plan: readonly PlannedFlow[], typed: TypedSecrets) => ({
  format: 'wirehouse/import@1',
  flows: plan
    .filter(({ choice }) => choice !== 'skip')
    .map(({ flow, choice }) => ({ flow, replaces: choice === 'replace' })),
  secrets: secretsToSave(plan, typed),
})

/** What was really typed, for connections that the plan makes anew: what stands is never changed by an import. */
function secretsToSave(plan: readonly PlannedFlow[], typed: TypedSecrets): TypedSecrets {
  const filled = connectionsOf(plan).flatMap(({ id, becomes, secrets }) => {
    const values = secrets.flatMap((field) => {
      const value = typed[id]?.[field] ?? ''
      return value === '' ? [] : [[field, value] as const]
    })
    return becomes === 'new' && values.length > 0 ? [[id, Object.fromEntries(values)] as const] : []
  })
  return Object.fromEntries(filled)
}
