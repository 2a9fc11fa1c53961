import { create } from 'zustand'
import type { Problem } from '#flows/problem.ts'
import { api } from '../../api/api.ts'
import { ApiError } from '../../api/api-error.ts'
import { keys, queryClient } from '../../api/queries.ts'
import type { ImportedFlow } from '../../api/types.ts'
import {
  type ImportChoice,
  importOf,
  type PlannedFlow,
  planFlow,
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

/** Does what was decided, all of it or nothing, and shows the result. */
export async function carryOut(typed: TypedSecrets): Promise<void> {
  const { plan = [], isBusy } = useImport.getState()
  if (isBusy) return
  useImport.setState({ isBusy: true })
  const result = await importAll(plan, typed)
  useImport.setState({ isBusy: false, plan: undefined, result })
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.flows }),
    queryClient.invalidateQueries({ queryKey: keys.connections }),
  ])
}

async function importAll(plan: readonly PlannedFlow[], typed: TypedSecrets): Promise<ImportResult> {
  if (plan.every(({ choice }) => choice === 'skip')) return { kind: 'imported', flows: [] }
  try {
    const { flows } = await api.flows.import(JSON.stringify(importOf(plan, typed)))
    return { kind: 'imported', flows }
  } catch (error) {
    return refused([...new Set(plan.map(({ file }) => file))].join(', '), error)
  }
}

export const closeImport = (): void => useImport.setState({ plan: undefined, result: undefined })
