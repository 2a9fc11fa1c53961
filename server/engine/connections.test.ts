import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { connectionField, defineConnection } from '#kit/define-connection.ts'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { MemoryState } from '#rig/memory-state.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Connections } from './connections.ts'
import { Engine } from './engine.ts'

interface Greeter {
  readonly greeting: string
}

const greeter = defineConnection<Greeter>()({
  type: 'greeter',
  version: 1,
  icon: 'hand',
  title: 'Greeter',
  summary: 'Greets.',
  config: z.object({ greeting: z.string().min(1) }),
})
const asks = defineNode({
  type: 'asks',
  version: 1,
  group: 'logic',
  icon: 'box',
  title: 'Asks',
  summary: 'Asks for a greeting.',
  config: z.object({ whom: connectionField(greeter) }),
  inputs: { in: port.any() },
  outputs: { out: port.text() },
})

describe('a connection', () => {
  let events: string[]
  let greeting: string | undefined
  let answers: unknown[]
  let connections: Connections
  let engine: Engine

  beforeEach(() => {
    events = []
    greeting = 'hello'
    answers = []
    const runtime = implementConnection(greeter, { greeting: 'call' }, ({ id, config, own }) => {
      events.push(`open ${id}`)
      own({ [Symbol.dispose]: () => void events.push(`close ${id}`) })
      return { link: config, discover: async () => [{ label: config.greeting, fields: {} }] }
    })
    const node = implementNode(asks, ({ config, link }) => {
      const { greeting: said } = link(config.whom)
      return { in: () => void answers.push(said) }
    })
    const [clock, services] = [new VirtualClock(), fakeServices()]
    connections = new Connections({
      runtimes: [runtime],
      settings: () =>
        greeting === undefined ? undefined : { type: 'greeter', name: 'Greeter', config: { greeting } },
      clock,
      services,
      observer: {},
    })
    engine = new Engine({ nodes: [node], clock, services, state: new MemoryState(), links: connections })
  })

  const flow = (id: string): Flow => ({
    ...emptyFlow(id, id),
    nodes: [{ id: 'a', type: 'asks', at: [0, 0], config: { whom: 'g' } }],
  })

  test('is opened by its first user, shared, and closed after its last', async () => {
    await engine.deploy(flow('one'))
    await engine.deploy(flow('two'))
    await engine.stop('one')
    expect(events).toEqual(['open g'])
    await engine.stop('two')
    expect(events).toEqual(['open g', 'close g'])
  })

  test('that changes is opened anew, and its users get the new link', async () => {
    await engine.deploy(flow('one'))
    greeting = 'good evening'
    await engine.release('one', 'g')
    await engine.deploy(flow('one'))
    await engine.poke('one', 'a', undefined, {})
    expect(answers).toEqual(['good evening'])
    expect(events).toEqual(['open g', 'close g', 'open g'])
  })

  test('that is missing keeps a flow from starting, and says where', async () => {
    greeting = undefined
    await expect(engine.deploy(flow('one'))).rejects.toMatchObject({
      problems: [{ code: 'CONNECTION_MISSING', node: 'a' }],
    })
    expect(engine.isRunning('one')).toBe(false)
  })

  test('that is not complete says what is missing', async () => {
    greeting = ''
    await expect(engine.deploy(flow('one'))).rejects.toMatchObject({
      problems: [{ code: 'CONNECTION_INVALID', message: expect.stringContaining('greeting') }],
    })
  })

  test('is opened for a question and closed after it', async () => {
    expect(await connections.discover('g')).toEqual([{ label: 'hello', fields: {} }])
    expect(events).toEqual(['open g', 'close g'])
  })

  test('that is lost at a start leaves a placeholder, and comes to life when it is back', async () => {
    greeting = undefined
    await engine.deploy(flow('one'), { tolerant: true })
    expect(engine.statuses('one').get('a')?.state).toBe('error')
    greeting = 'back again'
    await engine.deploy(flow('one'), { tolerant: true })
    await engine.poke('one', 'a', undefined, {})
    expect(answers).toEqual(['back again'])
  })
})
