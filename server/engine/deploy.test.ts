import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { FlowNode } from '#flows/flow.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { type AnyNodeRuntime, implementNode } from '#kit/runtime/implement-node.ts'
import { drawing, flowNode, nodeType, smallHouse } from '#rig/small-house.ts'
import { DeployError } from './deploy-error.ts'

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const
const config = z.object({ mark: z.string().default('') })

/** A node that notes when it comes and goes; its type says whether it has an input. */
function noted(notes: string[], type: 'quiet' | 'feed' | 'code'): AnyNodeRuntime {
  const definition = defineNode({
    ...{ ...common, type, config, writesMessages: type === 'code' },
    inputs: (): Record<string, ReturnType<typeof port.any>> => (type === 'feed' ? {} : { in: port.any() }),
    outputs: { out: port.any() },
  })
  return implementNode(definition, ({ node, env, own, emit, message }) => {
    const note = (what: string) => notes.push(`${what} ${node}`)
    note(`create ${Object.values(env).join(' ')}`.trim())
    own({ [Symbol.dispose]: () => void note('stop') })
    return {
      in: (received) => void note(`${String(received.payload)} at`),
      start() {
        note('start')
        if (node.startsWith('broken')) throw new Error('It cannot start.')
        if (type === 'feed') return emit('out', message({ payload: 'hello' }))
      },
    }
  })
}

function rig(...more: readonly AnyNodeRuntime[]) {
  const notes: string[] = []
  const { engine, clock } = smallHouse([
    ...(['quiet', 'feed', 'code'] as const).map((type) => noted(notes, type)),
    ...more,
  ])
  const deploy = async (nodes: readonly FlowNode[], wires: readonly string[] = [], env = {}) => {
    notes.length = 0
    await engine.deploy({ ...drawing(nodes, ...wires), env })
    return [...notes]
  }
  return { engine, clock, notes, deploy }
}

describe('a deploy', () => {
  test('starts what only answers before what sends by itself', async () => {
    const { deploy } = rig()
    const nodes = [flowNode('f', 'feed'), flowNode('q', 'quiet')]
    expect(await deploy(nodes, ['f q'])).toEqual([
      ...['create f', 'create q'],
      ...['start q', 'start f', 'hello at q'],
    ])
  })

  test('of another env restarts the nodes that user code runs in, and no others', async () => {
    const { deploy } = rig()
    const nodes = [flowNode('q', 'quiet'), flowNode('c', 'code')]
    await deploy(nodes, [], { room: 'kitchen' })
    expect(await deploy(nodes, [], { room: 'kitchen' })).toEqual([])
    expect(await deploy(nodes, [], { room: 'hall' })).toEqual(['create hall c', 'stop c', 'start c'])
  })

  test('shows at a node that it could not start, and starts the others', async () => {
    const { engine, deploy } = rig()
    const nodes = [flowNode('broken', 'quiet'), flowNode('f', 'feed'), flowNode('q', 'quiet')]
    expect(await deploy(nodes, ['f q'])).toContain('hello at q')
    expect(engine.statuses('f').get('broken')).toMatchObject({ state: 'error', text: 'It cannot start.' })
    expect(engine.counts().get('f')).toEqual({ messages: 1, failures: 1 })
  })

  test('that fails closes what it had created, and touches nothing else', async () => {
    const refuses = implementNode(
      defineNode({ ...common, type: 'refuses', config, inputs: {}, outputs: {} }),
      () => Promise.reject(new Error('No.')),
    )
    const { deploy, notes } = rig(refuses)
    await deploy([flowNode('q', 'quiet'), flowNode('old', 'quiet')])
    const nodes = [flowNode('q', 'quiet', { mark: 'new' }), flowNode('r', 'refuses')]
    await expect(deploy(nodes)).rejects.toThrow(DeployError)
    expect(notes).toEqual(['create q', 'stop q'])
  })

  test('hands a message that arrives while the old node stops to the new one', async () => {
    const arrived: string[] = []
    const [slow, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const stopsSlowly = implementNode(
      defineNode({ ...common, type: 'slow', config, inputs: { in: port.any() }, outputs: {} }),
      ({ config: { mark }, own }) => {
        own({
          async [Symbol.asyncDispose]() {
            leave.resolve()
            await slow.promise
          },
        })
        return { in: () => void arrived.push(mark) }
      },
    )
    const { engine, deploy } = rig(
      stopsSlowly,
      nodeType('pass', (message, emit) => emit(message)),
    )
    const nodes = (mark: string) => [flowNode('p', 'pass'), flowNode('s', 'slow', { mark })]
    await deploy(nodes('old'), ['p s'])
    const deployed = deploy(nodes('new'), ['p s'])
    await leave.promise
    await engine.poke('f', 'p', 'in', {})
    slow.resolve()
    await deployed
    expect(arrived).toEqual(['new'])
    await engine[Symbol.asyncDispose]()
  })
})
