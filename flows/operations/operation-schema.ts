import * as z from 'zod'
import { describeIssue } from '../describe-issue.ts'
import {
  flowConnectionSchema,
  flowGroupSchema,
  flowNodeSchema,
  flowNoteSchema,
  flowSchema,
  idPattern,
  subflowSchema,
} from '../flow.ts'
import { findHostile, MAX_DEPTH } from '../hostile.ts'
import type { ParseResult } from '../parse-flow.ts'
import { type Change, stepCodes } from './change.ts'
import type { Operation, Target } from './operation.ts'

/** So many operations has the largest change: a paste is one, a tidied flow is one. */
const MAX_OPERATIONS = 2_000
/** As many nodes and wires as a flow may have. */
const MAX_LISTED = 20_000
/** A value stands deeper in the flow than in the operation that sets it. */
const MAX_CHANGE_DEPTH = MAX_DEPTH - 6

const id = z.string().regex(idPattern, 'An id has 1 to 64 letters, digits, hyphens or underscores.')
const scope = { in: id.optional() }
const end = /^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}$/
const endpoint = z.string().regex(end, 'A wire end is "node.port".')
const key = z.string().max(260)

const listed = <Item extends z.ZodType>(item: Item) =>
  z
    .array(z.object({ index: z.number().int().min(0).max(MAX_LISTED), item }))
    .max(MAX_LISTED)
    .optional()
const ids = z.array(key).max(MAX_LISTED).optional()
const fieldChange = {
  fields: z.record(z.string().max(200), z.unknown()).default({}),
  gone: z.array(z.string().max(200)).max(200).optional(),
}
const itemTarget = <Kind extends string>(kinds: readonly [Kind, ...Kind[]]) =>
  z.object({ kind: z.enum(kinds), id })

const operationSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('insert'),
    ...scope,
    nodes: listed(flowNodeSchema),
    wires: listed(z.tuple([endpoint, endpoint])),
    groups: listed(flowGroupSchema),
    notes: listed(flowNoteSchema),
    connections: listed(flowConnectionSchema),
    subflows: listed(subflowSchema),
  }),
  z.object({
    kind: z.literal('remove'),
    ...scope,
    ...{ nodes: ids, wires: ids, groups: ids, notes: ids, connections: ids, subflows: ids },
  }),
  z.object({
    kind: z.literal('move'),
    ...scope,
    places: z.record(id, z.tuple([z.number(), z.number()])),
  }),
  z.object({
    kind: z.literal('configure'),
    ...scope,
    target: itemTarget(['node', 'connection']),
    ...fieldChange,
  }),
  z
    .object({
      kind: z.literal('set'),
      ...scope,
      target: z.union([
        z.object({ kind: z.literal('flow') }),
        itemTarget(['node', 'note', 'group', 'connection', 'subflow']),
      ]),
      ...fieldChange,
    })
    .transform(checkFields),
  z.object({ kind: z.literal('replace'), flow: flowSchema }),
])

const changeSchema = z.object({
  id,
  step: id,
  undoes: id.optional(),
  label: z.object({ code: z.enum(stepCodes), count: z.number().int().min(0).max(100_000) }),
  operations: z.array(operationSchema).max(MAX_OPERATIONS),
  imported: z.literal(true).optional(),
})

const shapes: Readonly<Record<Target['kind'], Readonly<Record<string, z.ZodType>>>> = {
  flow: flowSchema.shape,
  node: flowNodeSchema.shape,
  note: flowNoteSchema.shape,
  group: flowGroupSchema.shape,
  connection: flowConnectionSchema.shape,
  subflow: subflowSchema.shape,
}

interface Setting {
  readonly kind: 'set'
  readonly in?: string | undefined
  readonly target: Target
  readonly fields: Readonly<Record<string, unknown>>
  readonly gone?: readonly string[] | undefined
}

/** Reads each value as the flow file has it. A field that has a default does not go: it becomes that. */
function checkFields(setting: Setting, context: z.RefinementCtx): Setting {
  const shape = shapes[setting.target.kind]
  const fields: Record<string, unknown> = {}
  const gone: string[] = []
  const wanted = [
    ...Object.entries(setting.fields),
    ...(setting.gone ?? []).map((field) => [field, undefined] as const),
  ]
  for (const [field, value] of wanted) {
    const schema = Object.hasOwn(shape, field) ? shape[field] : undefined
    const parsed = schema?.safeParse(value) ?? { success: true, data: value }
    if (!parsed.success)
      for (const issue of parsed.error?.issues ?? [])
        context.addIssue({
          code: 'custom',
          path: ['fields', field, ...issue.path],
          message: describeIssue(issue).message,
        })
    else if (parsed.data === undefined) gone.push(field)
    else fields[field] = parsed.data
  }
  return { ...setting, fields, ...(gone.length > 0 ? { gone } : { gone: undefined }) }
}

/**
 * Reads a change from the wire, which is hostile: size is for the caller to limit, depth, keys, counts and values
 * are checked here. What it may lead to is a flow again: see `settleOperations`.
 */
export function parseChange(value: unknown): ParseResult<Change> {
  const hostile = findHostile(value, MAX_CHANGE_DEPTH)
  if (hostile) return { ok: false, problems: [hostile] }
  const parsed = changeSchema.safeParse(value)
  if (parsed.success) return { ok: true, value: withoutMissing(parsed.data) as Change }
  return {
    ok: false,
    problems: parsed.error.issues.slice(0, 20).map((issue) => {
      const path = issue.path.join('.')
      const problem = describeIssue(issue)
      return {
        code: 'CHANGE_SHAPE',
        level: 'error',
        message: `${path || 'The change'}: ${problem.message}`,
        values: { path: path || 'Change', problem },
      }
    }),
  }
}

/** As JSON has it: what is `undefined` is not there. */
function withoutMissing(change: z.output<typeof changeSchema>): unknown {
  const operations = change.operations.map((operation) => present(operation) as unknown as Operation)
  return { ...present(change), operations }
}

const present = (value: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined))
