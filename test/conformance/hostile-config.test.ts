import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Flow, FlowNode } from '#flows/flow.ts'
import { hasErrors, lintFlow } from '#flows/lint-flow.ts'
import { parseNodeConfig } from '#flows/node-config.ts'
import { type AnyNodeDefinition, inputsOf } from '#kit/define-node.ts'
import { nodeDefinitions } from '#nodes/definitions.ts'
import { catalogue, flowRig } from '#rig/flow-rig.ts'
import { DeployError } from '#server/engine/deploy-error.ts'
import { cases } from './cases.ts'
import { singleNodeFlow } from './single-node-flow.ts'

/** A shared file may hold anything: whatever stands in a config, a flow is refused in words or it runs. */

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  -(2 ** 31),
  1e308,
  '',
  ' ',
  '\0',
  '{',
  'return',
  '});',
  '#',
  '+/+/#',
  '{{',
  '{{payload}}',
  '{{payload|nothing}}',
  '(a+)+$',
  '[',
  '*/0 * * * *',
  '0 0 31 2 *',
  '99:99',
  '__proto__',
  'constructor',
  '\u202Eevil\u2066',
  '<img src=x onerror=alert(1)>',
  '\x1b[31mred',
  'x'.repeat(100_000),
  [],
  [null],
  [[]],
  ['a', 'a'],
  [{}],
  {},
  { toString: 'no' },
  { length: 1e9 },
]
const odd = fc.oneof(fc.constantFrom(...oddValues), fc.jsonValue({ maxDepth: 3 }))

/** A config that works, with one or two fields spoilt or set to something unusual that still fits. */
function configsOf(definition: AnyNodeDefinition): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(definition.config.shape as Record<string, Schema>).map(
    ([name, schema]): fc.Arbitrary<[string, unknown]> => {
      const fitting = oddValues.filter((value) => schema.safeParse(value).success)
      const values = [...optionsOf(schema), ...fitting]
      const value =
        values.length > 0 ? fc.oneof(odd, ...[0, 1, 2].map(() => fc.constantFrom(...values))) : odd
      return fc.tuple(fc.constant(name), value)
    },
  )
  if (fields.length === 0) return fc.constant({})
  const { config } = singleNodeFlow(definition, cases[definition.type]?.config ?? {}).nodes[0] ?? {}
  return fc
    .array(fc.oneof(...fields), { minLength: 1, maxLength: 2 })
    .map((changes) => ({ ...config, ...Object.fromEntries(changes) }))
}

/** The choices of an enum, also under its default. */
function optionsOf(schema: unknown): unknown[] {
  const { options, def } = schema as { options?: unknown; def?: { innerType?: unknown } }
  if (Array.isArray(options)) return options.filter((option) => typeof option !== 'object')
  return def?.innerType ? optionsOf(def.innerType) : []
}

interface Schema {
  safeParse(value: unknown): { success: boolean }
}

const flowOf = (node: FlowNode, definition: AnyNodeDefinition) => ({
  ...singleNodeFlow(definition, cases[definition.type]?.config ?? {}),
  nodes: [node],
})

describe.each(
  nodeDefinitions.map((definition): [string, AnyNodeDefinition] => [definition.type, definition]),
)('%s', (type, definition) => {
  test('with any config is refused in words, or runs and stops', () =>
    fc.assert(
      fc.asyncProperty(configsOf(definition), odd, async (config, payload) => {
        const node: FlowNode = { id: 'n', type, at: [0, 0], config }
        const flow = flowOf(node, definition)
        const problems = lintFlow(flow, catalogue, flow.connections)
        for (const problem of problems)
          expect(problem).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), node: 'n' })
        const parsed = parseNodeConfig(definition, node)
        if (parsed.ok) definition.caption?.(parsed.value as never)
        if (!parsed.ok || hasErrors(problems)) return
        await runOnce(flow, Object.keys(inputsOf(definition, parsed.value))[0], payload)
      }),
      { numRuns: 150, endOnFailure: true },
    ))
})

async function runOnce(flow: Flow, port: string | undefined, payload: unknown): Promise<void> {
  try {
    await using rig = await flowRig(flow)
    const settled = rig.send(port ? `n.${port}` : 'n', { payload }).catch((error: unknown) => {
      expect(error).toBeInstanceOf(Error)
    })
    await rig.clock.advance(10)
    await rig.engine.stop(flow.id)
    await settled
    await rig.alarms[Symbol.asyncDispose]() // the house's own, not the flow's
    expect(rig.clock.planned).toBe(0)
  } catch (error) {
    expect(error).toBeInstanceOf(DeployError)
  }
}
