import { useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'
import { boxBetween } from '../document/box.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { readView } from './read-view.ts'
import type { Scene } from './scene/scene.ts'
import { placeIn } from './scene/view.ts'
import { namedBy } from './scene-ids.ts'

/** Selects what a frame drawn with Shift touches, also where nodes are painted. React Flow draws the frame. */
export function useMarquee(document: FlowDocument, scene: Scene): void {
  const store = useStoreApi()
  useEffect(() => {
    let last = store.getState().userSelectionRect
    return store.subscribe((state) => {
      const { userSelectionRect: frame, userSelectionActive: isDrawn } = state
      if (frame === last) return
      last = frame
      if (!frame || !isDrawn) return
      const view = readView(state)
      const corners = [
        placeIn(view, [frame.x, frame.y]),
        placeIn(view, [frame.x + frame.width, frame.y + frame.height]),
      ] as const
      document.select(
        namedBy(
          document,
          scene.nodesIn(boxBetween(...corners)).map(({ id }) => id),
        ),
      )
    })
  }, [store, document, scene])
}
