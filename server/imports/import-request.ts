import * as z from 'zod'
import { FLOWS_FORMAT, type Flow } from '#flows/flow.ts'
import { parseFlowFile, parseFlows } from '#flows/parse-flow.ts'
import { invalid } from '#server/house/house-errors.ts'
import { UserError } from '../user-error.ts'

/** Flows of one or more files, with what a person has decided on them. */
const IMPORT_FORMAT = 'wirehouse/import@1'

const MOST_FLOWS = 1_000
const id = z.string().max(64)

const decided = z.strictObject({
  format: z.literal(IMPORT_FORMAT),
  flows: z
    .array(
      z.strictObject({
        flow: z.unknown(),
        /** It takes the place of the one that stands by its id. */
        replaces: z.boolean().default(false),
      }),
    )
    .max(MOST_FLOWS),
  /** By connection and field: what no file holds. */
  secrets: z.record(id, z.record(id, z.string().max(100_000))).default({}),
})

export interface ImportRequest {
  readonly flows: readonly { readonly flow: Flow; readonly replaces: boolean }[]
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Reads a flow file, a Node-RED file, or flows with decisions. Throws `IMPORT_INVALID` with the problems, or `IMPORT_SHAPE`. */
export function readImport(text: string): ImportRequest {
  const value = isDecided(text) ? JSON.parse(text) : undefined
  if (value === undefined)
    return { flows: flowsOf(parseFlowFile(text)).map((flow) => ({ flow, replaces: false })), secrets: {} }
  const request = decided.safeParse(value)
  if (!request.success)
    throw new UserError(
      422,
      'IMPORT_SHAPE',
      'An import takes up to 1,000 flows, each as {"flow", "replaces"}, and "secrets" by connection and field.',
    )
  const { flows, secrets } = request.data
  const parsed = flowsOf(parseFlows({ format: FLOWS_FORMAT, flows: flows.map(({ flow }) => flow) }))
  return {
    flows: parsed.map((flow, index) => ({ flow, replaces: flows[index]?.replaces === true })),
    secrets,
  }
}

function isDecided(text: string): boolean {
  try {
    return JSON.parse(text)?.format === IMPORT_FORMAT
  } catch {
    return false // what is wrong with it is told by `parseFlowFile`
  }
}

function flowsOf(parsed: ReturnType<typeof parseFlows>): readonly Flow[] {
  if (parsed.ok) return parsed.value
  throw invalid('IMPORT_INVALID', parsed.problems)
}
