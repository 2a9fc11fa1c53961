import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import type { Flow } from '#flows/flow.ts'
import { type NodeFate, planRestarts } from '#flows/restarts.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { type AnyNodeRuntime, implementNode } from '#kit/runtime/implement-node.ts'
import { drawing, flowNode, smallHouse } from '#rig/small-house.ts'

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const

/** A node that notes when it comes and goes. */
function noted(type: 'plain' | 'code', came: string[], went: string[]): AnyNodeRuntime {
  const definition = defineNode({
    ...{
      ...common,
      type,
      config: z.object({ mark: z.number().default(0) }),
      writesMessages: type === 'code',
    },
    ...{ inputs: { in: port.any() }, outputs: {} },
  })
  return implementNode(definition, ({ node, own }) => {
    came.push(node)
    own({ [Symbol.dispose]: () => void went.push(node) })
    return { in: () => {} }
  })
}

const node = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom('plain', 'code', 'unknown'),
  mark: fc.nat(1),
})
const flows: fc.Arbitrary<{ readonly flow: Flow; readonly isTrusted: boolean }> = fc.record({
  flow: fc
    .record({
      nodes: fc.uniqueArray(node, { selector: ({ id }) => id }),
      env: fc.record({ room: fc.nat(1) }),
    })
    .map(({ nodes, env }) => ({
      ...drawing(nodes.map(({ id, type, mark }) => flowNode(id, type, { mark }))),
      env,
    })),
  isTrusted: fc.boolean(),
})

test('a deploy touches the nodes that were foretold, and no others', async () => {
  await fc.assert(
    fc.asyncProperty(flows, flows, async (before, after) => {
      const [came, went]: [string[], string[]] = [[], []]
      const { engine } = smallHouse([noted('plain', came, went), noted('code', came, went)])
      await engine.deploy(before.flow, before)
      came.length = 0
      await engine.deploy(after.flow, after)

      const typeOf = (flow: Flow, id: string) => flow.nodes.find((node) => node.id === id)?.type
      const known = (flow: Flow, fates: readonly NodeFate[]) =>
        fates.map(({ node }) => node).filter((id) => typeOf(flow, id) !== 'unknown')
      const plan = planRestarts(before, after, (type) => type === 'code')
      const [keeps, starts] = [by(plan, 'keep'), [...by(plan, 'start'), ...by(plan, 'restart')]]
      expect(came.sort()).toEqual(known(after.flow, starts).sort())
      expect(went.sort()).toEqual(known(before.flow, [...by(plan, 'stop'), ...by(plan, 'restart')]).sort())
      expect(keeps.length + starts.length).toBe(after.flow.nodes.length)
    }),
  )
})

const by = (plan: readonly NodeFate[], fate: NodeFate['fate']) => plan.filter((one) => one.fate === fate)

test('a restart is explained by what comes first: type, settings, values, trust', () => {
  const of = (type: string, mark: number, room: string, isTrusted: boolean) => ({
    flow: { ...drawing([flowNode('n', type, { mark })]), env: { room } },
    isTrusted,
  })
  const why = (next: ReturnType<typeof of>) => planRestarts(of('code', 1, 'hall', true), next, isCode)
  expect(why(of('plain', 2, 'attic', false))).toEqual([{ node: 'n', fate: 'restart', why: 'type' }])
  expect(why(of('code', 2, 'attic', false))).toEqual([{ node: 'n', fate: 'restart', why: 'settings' }])
  expect(why(of('code', 1, 'attic', true))).toEqual([{ node: 'n', fate: 'restart', why: 'env' }])
  expect(why(of('code', 1, 'hall', false))).toEqual([{ node: 'n', fate: 'restart', why: 'trust' }])
  expect(why(of('code', 1, 'hall', true))).toEqual([{ node: 'n', fate: 'keep' }])
  expect(planRestarts(undefined, of('code', 1, '', true), isCode)).toEqual([{ node: 'n', fate: 'start' }])
})

const isCode = (type: string) => type === 'code'
