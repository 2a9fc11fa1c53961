import type { FlowNode } from '#flows/flow.ts'
import { listeningNode } from '../topics/listening-node.ts'
import { filterOf } from '../topics/topic-forest.ts'
import { TopicTree } from '../topics/topic-tree.tsx'

interface PaletteTopicsProps {
  readonly onAdd: (type: string, config: FlowNode['config']) => void
}

/** The topics of the broker; who chooses one gets a node that listens to it. */
export const PaletteTopics = ({ onAdd }: PaletteTopicsProps) => (
  <TopicTree
    onChoose={(topic) => {
      const { type, config } = listeningNode(filterOf(topic))
      onAdd(type, config)
    }}
  />
)
