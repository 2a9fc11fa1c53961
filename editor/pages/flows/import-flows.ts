import { create } from 'zustand'
import type { Problem } from '#flows/problem.ts'
import { serializeFlow } from '#flows/serialize-flow.ts'
import { api } from '../../api/api.ts'
import { ApiError } from '../../api/api-error.ts'
import { keys, queryClient } from '../../api/queries.ts'
import type { ImportedFlow } from '../../api/types.ts'
import {
  type ImportChoice,
  type PlannedFlow,
  planFlow,
  secretsToSave,
  type TypedSecrets,
} from './import/import-plan.ts'

/** How an import went: the flows that came of it, or why there are none. */
export type ImportResult =
  | { readonly kind: 'imported'; readonly flows: readonly ImportedFlow[] }
  | {
      readonly kind: 'refused'
      readonly file: string
      readonly error: unknown
      readonly problems: readonly Problem[]
    }

interface ImportStore {
  readonly isBusy: boolean
  /** What chosen files hold, for a person to decide on. */
  readonly plan?: readonly PlannedFlow[] | undefined
  readonly result?: ImportResult | undefined
}

/** The import under way and its result, which a dialog shows wherever one is. */
export const useImport = create<ImportStore>(() => ({ isBusy: false }))

const refused = (file: string, error: unknown): ImportResult => ({
  kind: 'refused',
  file,
  error,
  problems: error instanceof ApiError ? error.problems : [],
})

/** Reads what files hold, and asks what to do with it. A file that cannot be read ends it. */
export async function importFiles(files: readonly File[]): Promise<void> {
  if (files.length === 0 || useImport.getState().isBusy) return
  useImport.setState({ isBusy: true, plan: undefined, result: undefined })
  useImport.setState({ isBusy: false, ...(await planEach(files)) })
}

async function planEach(files: readonly File[]): Promise<Partial<ImportStore>> {
  const plan: PlannedFlow[] = []
  for (const file of files) {
    try {
      const { flows } = await api.flows.previewImport(await file.text())
      plan.push(...flows.map((preview) => planFlow(file.name, preview)))
    } catch (error) {
      return { result: refused(file.name, error) }
    }
  }
  return { plan }
}

export const choose = (index: number, choice: ImportChoice): void =>
  useImport.setState(({ plan }) => ({
    plan: plan?.map((flow, at) => (at === index ? { ...flow, choice } : flow)),
  }))

/** Does what was decided, one flow after another, and shows one result for all. */
export async function carryOut(typed: TypedSecrets): Promise<void> {
  const { plan = [], isBusy } = useImport.getState()
  if (isBusy) return
  useImport.setState({ isBusy: true })
  const result = await importEach(plan, typed)
  useImport.setState({ isBusy: false, plan: undefined, result })
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.flows }),
    queryClient.invalidateQueries({ queryKey: keys.connections }),
  ])
}

async function importEach(plan: readonly PlannedFlow[], typed: TypedSecrets): Promise<ImportResult> {
  const flows: ImportedFlow[] = []
  let file = plan[0]?.file ?? ''
  try {
    for (const planned of plan) {
      file = planned.file
      flows.push(...(await importOne(planned)))
    }
    await saveSecrets(plan, typed)
  } catch (error) {
    return refused(file, error)
  }
  return { kind: 'imported', flows }
}

async function importOne({ flow, choice }: PlannedFlow): Promise<readonly ImportedFlow[]> {
  if (choice === 'skip') return []
  if (choice === 'new') return (await api.flows.import(serializeFlow(flow))).flows
  const { problems } = await api.flows.save(flow, { imported: true })
  return [{ id: flow.id, name: flow.name, problems, deployed: false, trusted: false }]
}

async function saveSecrets(plan: readonly PlannedFlow[], typed: TypedSecrets): Promise<void> {
  const wanted = secretsToSave(plan, typed)
  if (wanted.length === 0) return
  const stored = new Map((await api.connections.list()).map((connection) => [connection.id, connection]))
  for (const { id, secrets } of wanted) {
    const connection = stored.get(id)
    if (!connection) continue
    const { type, name, config } = connection
    await api.connections.save(id, { type, name, config: { ...config, ...secrets } })
  }
}

export const closeImport = (): void => useImport.setState({ plan: undefined, result: undefined })
