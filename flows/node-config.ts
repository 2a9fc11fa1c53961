import type { AnyNodeDefinition } from '#kit/define-node.ts'
import type { ConfigSchema } from '#kit/field.ts'
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
      code: 'CONFIG_INVALID',
      level: 'error',
      node: node.id,
      field: issue.path.join('.'),
      message: `${fieldTitle(definition, String(issue.path[0] ?? ''))}: ${issue.message}`,
    })),
  }
}

/** The English title of a config field; its name if it has none. */
export function fieldTitle(definition: Pick<AnyNodeDefinition, 'config'>, field: string): string {
  return definition.config.shape[field]?.meta()?.title ?? field
}
