import { ERROR_PORT } from '#kit/kinds.ts'
import type { NodeShape, PortShape } from '../document/node-shape.ts'

/** Sizes of a node in canvas pixels: known before it is drawn, so that nothing has to be measured. */
export const NODE_WIDTH = 176
export const HEAD_HEIGHT = 48
export const PORT_SIZE = 12
const ROW_HEIGHT = 24
/** So much wider is a node whose button has words: they leave its name too little room. */
const WORDS_WIDTH = 48

export interface PlacedPort extends PortShape {
  readonly side: 'input' | 'output'
  /** Centre of the port, from the node's top left corner. */
  readonly x: number
  readonly y: number
  readonly isError: boolean
  /** A node with several ports on a side says which is which. */
  readonly isLabelled: boolean
  /** Labels stand on the other side, too: each has half the card. */
  readonly isShared: boolean
}

export interface NodeBox {
  readonly width: number
  readonly height: number
  readonly ports: readonly PlacedPort[]
}

/** Places the ports of a node: an only one beside the head, several in rows under it, `error` at the lower edge. */
export function layOutNode(shape: NodeShape): NodeBox {
  const outputs = shape.outputs.filter((port) => port.id !== ERROR_PORT)
  const errors = shape.outputs.filter((port) => port.id === ERROR_PORT)
  const rows = Math.max(rowsOf(shape.inputs), rowsOf(outputs))
  const isShared = rowsOf(shape.inputs) > 0 && rowsOf(outputs) > 0
  const height = HEAD_HEIGHT + rows * ROW_HEIGHT
  const width = typeof shape.button === 'boolean' ? NODE_WIDTH : NODE_WIDTH + WORDS_WIDTH
  return {
    width,
    height,
    ports: [
      ...placeSide(shape.inputs, 'input', 0, isShared),
      ...placeSide(outputs, 'output', width, isShared),
      ...errors.map((port) => ({
        ...port,
        side: 'output' as const,
        x: width - 20,
        y: height,
        isError: true,
        isLabelled: false,
        isShared,
      })),
    ],
  }
}

const rowsOf = (ports: readonly PortShape[]): number => (ports.length > 1 ? ports.length : 0)

function placeSide(
  ports: readonly PortShape[],
  side: 'input' | 'output',
  x: number,
  isShared: boolean,
): PlacedPort[] {
  const isLabelled = ports.length > 1
  return ports.map((port, row) => ({
    ...port,
    side,
    x,
    y: isLabelled ? HEAD_HEIGHT + (row + 0.5) * ROW_HEIGHT - 4 : HEAD_HEIGHT / 2,
    isError: false,
    isLabelled,
    isShared,
  }))
}
