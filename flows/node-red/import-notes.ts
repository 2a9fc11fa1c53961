import * as z from 'zod'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import type { FlowNode } from '../flow.ts'
import type { Problem } from '../problem.ts'

/** Something that could not be carried over exactly, for the person to look at: its code begins with `NODE_RED_`. */
export type ImportNote = Sentence

/** What an imported node remembers of where it came from; stands in the file as `imported`. */
interface Imported {
  readonly from: 'node-red'
  /** The type it had there. */
  readonly type: string
  readonly notes?: readonly ImportNote[]
  /** Tells whether the settings still are those that the notes are about. */
  readonly settings?: string
}

/** The mark of an imported node, to be spread into it. */
export function importedFrom(
  type: string,
  notes: readonly ImportNote[],
  config: FlowNode['config'],
): { readonly imported: Imported } {
  const from = { from: 'node-red' as const, type }
  return { imported: notes.length === 0 ? from : { ...from, notes, settings: fingerprint(config) } }
}

/** Warnings for what an import could not carry over exactly. They go when the person changes the node's settings. */
export function importProblems(node: FlowNode): readonly Problem[] {
  const imported = node['imported'] as Partial<Imported> | null | undefined
  if (!Array.isArray(imported?.notes) || imported.settings !== fingerprint(node.config)) return []
  return imported.notes.slice(0, 20).flatMap((note): readonly Problem[] => {
    const { data } = noteSchema.safeParse(note)
    return data ? [{ ...sentenceOf(data), level: 'warning', node: node.id }] : []
  })
}

// A file may be written by anybody: what stands there is read like any other foreign value.
const sentenceSchema = z.object({
  code: z.string(),
  message: z.string(),
  get values() {
    return z.record(z.string(), z.union([z.string(), z.number(), sentenceSchema])).optional()
  },
})
const noteSchema = sentenceSchema.extend({ code: z.string().startsWith('NODE_RED_') })

/** FNV-1a of the settings as JSON: tells a change from none, and need not withstand anybody. */
function fingerprint(config: FlowNode['config']): string {
  const json = JSON.stringify(config)
  let hash = 0x811c9dc5
  for (let index = 0; index < json.length; index++)
    hash = Math.imul(hash ^ json.charCodeAt(index), 0x01000193) >>> 0
  return hash.toString(16)
}
