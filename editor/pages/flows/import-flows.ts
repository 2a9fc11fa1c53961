import { create } from 'zustand'
import type { Problem } from '#flows/problem.ts'
import { api } from '../../api/api.ts'
import { ApiError } from '../../api/api-error.ts'
import { keys, queryClient } from '../../api/queries.ts'
import type { ImportedFlow } from '../../api/types.ts'

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
  readonly result?: ImportResult | undefined
}

/** The import under way and its result, which a dialog shows wherever one is. */
export const useImport = create<ImportStore>(() => ({ isBusy: false }))

/** Imports files one after another and shows one result for all. */
export async function importFiles(files: readonly File[]): Promise<void> {
  if (files.length === 0 || useImport.getState().isBusy) return
  useImport.setState({ isBusy: true, result: undefined })
  useImport.setState({ isBusy: false, result: await importEach(files) })
  await queryClient.invalidateQueries({ queryKey: keys.flows })
}

async function importEach(files: readonly File[]): Promise<ImportResult> {
  const flows: ImportedFlow[] = []
  for (const file of files) {
    try {
      flows.push(...(await api.flows.import(await file.text())).flows)
    } catch (error) {
      const problems = error instanceof ApiError ? error.problems : []
      return { kind: 'refused', file: file.name, error, problems }
    }
  }
  return { kind: 'imported', flows }
}

export const closeImport = (): void => useImport.setState({ result: undefined })
