import { OUTSIDE_PORT, port } from '#kit/kinds.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { subflowOutput } from './definition.ts'

/** What runs has the side that faces out as well. */
const whole = { ...subflowOutput, outputs: { [OUTSIDE_PORT]: port.any() } }

export const subflowOutputRuntime = implementNode(whole, ({ emit }) => ({
  in: (message) => emit(OUTSIDE_PORT, message),
}))
