import type * as z from 'zod'
import { parseJson } from '#kit/json-problem.ts'
import type { SentenceValues } from '#kit/sentence.ts'
import { describeIssue } from './describe-issue.ts'
import { FLOW_FORMAT, FLOWS_FORMAT, type Flow, flowSchema } from './flow.ts'
import { findHostile } from './hostile.ts'
import { isNodeRedFile } from './node-red/entries.ts'
import { importNodeRed } from './node-red/import-node-red.ts'
import type { Problem } from './problem.ts'

export type ParseResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024

const failed = (
  code: string,
  message: string,
  values?: SentenceValues,
): { ok: false; problems: Problem[] } => ({
  ok: false,
  problems: [{ code, level: 'error', message, ...(values && { values }) }],
})

/** Parses the text of a flow file, which may hold one flow or several. Text is hostile: size, depth and keys are checked first. */
export function parseFlowFile(text: string): ParseResult<readonly Flow[]> {
  if (text.length > MAX_FILE_BYTES)
    return failed(
      'FILE_TOO_LARGE',
      `The file has more than ${MAX_FILE_BYTES / 1024 / 1024} MB. Split it into several files.`,
      { megabytes: MAX_FILE_BYTES / 1024 / 1024 },
    )
  const parsed = parseJson(text)
  if ('value' in parsed) return parseFlows(parsed.value)
  const { line, column, problem } = parsed.problem
  return failed(
    'FILE_NOT_JSON',
    `The file is not JSON: in line ${line}, column ${column}, ${problem.message}. Export it again, or repair it in a text editor.`,
    { line, column, problem },
  )
}

/** Parses one flow, a file of several, or a Node-RED file, from a JSON value. */
export function parseFlows(value: unknown): ParseResult<readonly Flow[]> {
  if (isNodeRedFile(value)) return parseNodeRed(value)
  const format = isRecord(value) ? value['format'] : undefined
  if (format !== FLOWS_FORMAT) {
    const flow = parseFlow(value)
    return flow.ok ? { ok: true, value: [flow.value] } : flow
  }
  const hostile = findHostile(value)
  if (hostile) return { ok: false, problems: [hostile] }
  const flows = (value as { flows?: unknown }).flows
  if (!Array.isArray(flows))
    return failed('FILE_SHAPE', `"flows" is missing: a file of format ${FLOWS_FORMAT} has a list of flows.`)
  return parseEach(flows)
}

function parseNodeRed(value: unknown): ParseResult<readonly Flow[]> {
  const hostile = findHostile(value)
  if (hostile) return { ok: false, problems: [hostile] }
  const imported = importNodeRed(value)
  return imported.ok ? parseEach(imported.value) : imported
}

function parseEach(flows: readonly unknown[]): ParseResult<readonly Flow[]> {
  const results = flows.map(parseFlow)
  const problems = results.flatMap((result) => (result.ok ? [] : result.problems))
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: results.flatMap((result) => (result.ok ? [result.value] : [])) }
}

/** Parses one flow from a JSON value. Says of each field that is wrong what it should be. */
export function parseFlow(value: unknown): ParseResult<Flow> {
  const hostile = findHostile(value)
  if (hostile) return { ok: false, problems: [hostile] }
  const parsed = flowSchema.safeParse(value)
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.map((issue) => describe(issue, value)) }
  const twice = findTwice(parsed.data)
  if (twice) return { ok: false, problems: [twice] }
  return { ok: true, value: parsed.data }
}

/** Ids that are used twice, where they tell things apart: in the flow, and in each of its subflows. */
function findTwice(flow: Flow): Problem | undefined {
  const subflow = firstRepeated(flow.subflows?.map(({ id }) => id) ?? [])
  if (subflow !== undefined) return twice('SUBFLOW_ID_TWICE', 'subflows', subflow)
  for (const { nodes, notes = [], groups } of [flow, ...(flow.subflows ?? [])]) {
    const node = firstRepeated(nodes.map(({ id }) => id))
    if (node !== undefined) return twice('NODE_ID_TWICE', 'nodes', node)
    const drawn = firstRepeated([...nodes, ...notes].map(({ id }) => id))
    if (drawn !== undefined) return twice('NOTE_ID_TWICE', 'notes or nodes', drawn)
    const group = firstRepeated(groups.map(({ id }) => id))
    if (group !== undefined) return twice('GROUP_ID_TWICE', 'groups', group)
  }
  return undefined
}

const twice = (code: string, what: string, id: string): Problem => ({
  code,
  level: 'error',
  message: `Two ${what} have the id "${id}". Give one of them another id.`,
  values: { id },
})

function describe(issue: z.core.$ZodIssue, value: unknown): Problem {
  const [list, index] = issue.path
  const path = issue.path.join('.')
  if (path === 'format')
    return {
      code: 'FILE_FORMAT',
      level: 'error',
      field: 'format',
      message: `This is not a flow file: "format" should be "${FLOW_FORMAT}".`,
    }
  const node = list === 'nodes' && typeof index === 'number' ? readId(value, index) : undefined
  const problem = describeIssue(issue)
  const message = `${path || 'The flow'}: ${problem.message}`
  return {
    code: list === 'wires' ? 'WIRE_SHAPE' : 'FLOW_SHAPE',
    level: 'error',
    message,
    values: { path: path || 'Flow', problem },
    ...(node && { node }),
    ...(path && { field: path }),
  }
}

function readId(value: unknown, index: number): string | undefined {
  const nodes = isRecord(value) ? value['nodes'] : undefined
  const node = Array.isArray(nodes) ? nodes[index] : undefined
  return isRecord(node) && typeof node['id'] === 'string' ? node['id'] : undefined
}

function firstRepeated(values: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return values.find((value) => seen.size === seen.add(value).size)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
