import type { Selection } from '../../document/flow-document.ts'
import type { Scene } from '../scene/scene.ts'
import { InsertHere } from './insert-here.tsx'
import { PlayHere } from './play-here.tsx'

interface AtHandProps {
  readonly scene: Scene
  readonly selection: Selection
}

/** What can be done where the pointer is, and at what is selected. */
export const AtHand = ({ scene, selection }: AtHandProps) => (
  <>
    <InsertHere scene={scene} />
    <PlayHere scene={scene} selected={selection.nodes} />
  </>
)
