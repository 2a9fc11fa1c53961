import type { ReactFlowState } from '@xyflow/react'

/** How much larger a button is drawn so that it can be hit from further away, too. */
export const stretchOf = ({ transform }: ReactFlowState): number => Math.max(1, 1 / transform[2])
