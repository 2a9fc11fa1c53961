import { OUTSIDE_PORT, port } from '#kit/kinds.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { subflowInput } from './definition.ts'

/** What runs has the side that faces out as well. */
const whole = { ...subflowInput, inputs: { [OUTSIDE_PORT]: port.any() } }

export const subflowInputRuntime = implementNode(whole, ({ emit }) => ({
  [OUTSIDE_PORT]: (message) => emit('out', message),
}))
