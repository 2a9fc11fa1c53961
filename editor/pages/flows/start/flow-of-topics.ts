import { emptyFlow, type Flow, type FlowNode } from '#flows/flow.ts'
import { debug } from '#nodes/debug/definition.ts'
import { listeningNode } from '../../../topics/listening-node.ts'

/** Topics that a flow begins with. */
export const MOST_TOPICS = 20

const TOP = 96
const ROW = 96

interface Named {
  readonly id: string
  readonly name: string
  /** What the node is called that shows all they say. */
  readonly shown: string
}

/** A flow that listens to topics and shows what they say. */
export function flowOfTopics(topics: readonly string[], { id, name, shown }: Named): Flow {
  const listening = topics.map(
    (topic, row): FlowNode => ({
      id: `topic-${row + 1}`,
      name: shortName(topic),
      at: [80, TOP + row * ROW],
      ...listeningNode(topic),
    }),
  )
  const show: FlowNode = {
    id: 'show',
    type: debug.type,
    name: shown,
    at: [400, TOP],
    config: { property: 'payload', showStatus: true },
  }
  return {
    ...emptyFlow(id, name),
    nodes: [...listening, show],
    wires: listening.map((node) => [`${node.id}.out`, 'show.in']),
  }
}

/** `zigbee2mqtt/hall/door` → `hall door` */
const shortName = (topic: string): string =>
  topic.split('/').filter(Boolean).slice(-2).join(' ').slice(0, 200)
