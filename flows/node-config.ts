import type * as z from 'zod'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import type { ConfigSchema } from '#kit/field.ts'
import type { Sentence } from '#kit/sentence.ts'
import { describeIssue } from './describe-issue.ts'
import type { FlowNode } from './flow.ts'
import type { ParseResult } from './parse-flow.ts'

/** Brings a node's config to the version of its type and parses it. The problems name node and field. */
export function parseNodeConfig(definition: AnyNodeDefinition, node: FlowNode): ParseResult<unknown> {
  const version = node.version ?? 1
  if (version > definition.version)
    return {
      ok: false,
      problems: [
        {
          code: 'NODE_NEWER',
          level: 'error',
          node: node.id,
          message: `This node was made by a newer Wirehouse (version ${version} of "${definition.title}"; here it is ${definition.version}). Update Wirehouse.`,
          values: { version, type: definition.title, here: definition.version },
        },
      ],
    }
  const config =
    version < definition.version && definition.migrate
      ? definition.migrate(node.config, version)
      : node.config
  const parsed = (definition.config as ConfigSchema).safeParse(config)
  if (parsed.success) return { ok: true, value: parsed.data }
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => ({
      ...describeField(issue, fieldName(definition, String(issue.path[0] ?? ''))),
      level: 'error',
      node: node.id,
      field: issue.path.join('.'),
    })),
  }
}

/** Says which field of a config a schema refused, and why. */
export function describeField(issue: z.core.$ZodIssue, field: Sentence): Sentence {
  const problem = describeIssue(issue)
  return {
    code: 'CONFIG_INVALID',
    message: `${field.message}: ${problem.message}`,
    values: { field, problem },
  }
}

/** A config field as a place in a sentence: its title, which its type and name translate. */
export const fieldName = (
  definition: Pick<AnyNodeDefinition, 'type' | 'config'>,
  field: string,
): Sentence => ({
  code: `${definition.type}.${field}`,
  message: fieldTitle(definition, field),
})

/** The English title of a config field; its name if it has none. */
export function fieldTitle(definition: Pick<AnyNodeDefinition, 'config'>, field: string): string {
  return definition.config.shape[field]?.meta()?.title ?? field
}
