import { makeCatalogue } from '#flows/catalogue.ts'
import type { Flow } from '#flows/flow.ts'
import { describeDifference } from '#flows/test-result.ts'
import type { Message, MessageDraft } from '#kit/message.ts'
import type { Services } from '#kit/runtime/services.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes, nodeRuntimes } from '#nodes/runtimes.ts'
import type { EngineObserver } from '#server/engine/observer.ts'
import { runFlowTest } from '#server/virtual/run-flow-test.ts'
import { openVirtualHouse, type VirtualHouse } from '#server/virtual/virtual-house.ts'

export const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)

const types = { catalogue, nodes: nodeRuntimes, connections: connectionRuntimes }

export interface FlowRigOptions {
  readonly services?: Partial<Services>
  /** Links by connection id, in place of the fake ones. */
  readonly links?: Readonly<Record<string, unknown>>
  readonly observer?: EngineObserver
}

/** A flow at work in virtual time, with all its services inside the test. */
export interface FlowRig extends VirtualHouse {
  /** What passed each port, by `node.port`, in order. */
  readonly passed: ReadonlyMap<string, readonly Message[]>
  /** Sends to `node` (as a poke) or to `node.port`. Does not wait for the message to settle. */
  send(to: string, draft: Partial<MessageDraft>): Promise<void>
}

export async function flowRig(flow: Flow, options: FlowRigOptions = {}): Promise<FlowRig> {
  const passed = new Map<string, Message[]>()
  const house = await openVirtualHouse(flow, {
    ...options,
    ...types,
    flowObserver: {
      portPassed(node, port, message) {
        const place = `${node}.${port}`
        const list = passed.get(place) ?? []
        passed.set(place, list)
        list.push(message)
      },
    },
  })
  return {
    ...house,
    passed,
    async send(to, draft) {
      const [node = '', port] = to.split('.')
      await house.engine.poke(flow.id, node, port, draft)
    },
  }
}

/** Runs the tests that a flow carries. Answers what went otherwise than expected, in sentences. */
export async function runFlowTests(flow: Flow): Promise<readonly string[]> {
  const complaints: string[] = []
  for (const test of flow.tests) {
    const { name, differences } = await runFlowTest(flow, test, types)
    complaints.push(...differences.map((difference) => `${name}: ${describeDifference(difference)}`))
  }
  return complaints
}
