import { type RefObject, useEffect, useRef } from 'react'
import type { FlowNode, Place } from '#flows/flow.ts'
import { readEndpoint } from '#flows/flow.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { copyFragment, cornerOf, GRID, readFragment } from '../document/fragment.ts'
import { endWiring } from './canvas-context.ts'
import { isEditable } from './is-editable.ts'

interface Commands {
  readonly document: FlowDocument
  readonly reveal: (node: string) => void
  readonly showAll: () => void
  readonly openSettings: () => void
  readonly openQuickAdd: () => void
  readonly openWireList: () => void
}

const arrows: Readonly<Record<string, Place>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
/** Steps of the arrow keys on the grid; the long one with Shift. */
const LONG_STEP = 8

/** Keys of the canvas, while it has the focus. */
export function useCanvasKeys(root: RefObject<HTMLElement | null>, commands: Commands): void {
  const latest = useRef(commands)
  useEffect(() => {
    latest.current = commands
  })
  useEffect(() => {
    const canvas = root.current
    if (!canvas) return
    // Tab opens the list for those who came by mouse; who came by Tab must be able to leave by it.
    // The style sheet shows the focus to the latter only.
    const onPointer = () => canvas.toggleAttribute('data-by-pointer', true)
    const onBlur = () => canvas.toggleAttribute('data-by-pointer', false)
    const cameByPointer = () => canvas.hasAttribute('data-by-pointer')
    const onKey = (event: KeyboardEvent) => {
      if (isEditable(event.target)) return
      if (event.key === 'Tab' && (!cameByPointer() || event.shiftKey)) return
      if (press(event, latest.current)) event.preventDefault()
    }
    canvas.addEventListener('pointerdown', onPointer, true)
    canvas.addEventListener('focusout', onBlur)
    canvas.addEventListener('keydown', onKey)
    return () => {
      canvas.removeEventListener('pointerdown', onPointer, true)
      canvas.removeEventListener('focusout', onBlur)
      canvas.removeEventListener('keydown', onKey)
    }
  }, [root])
}

/** Answers whether the key meant something. */
function press(event: KeyboardEvent, commands: Commands): boolean {
  const { document } = commands
  const isCommand = event.ctrlKey || event.metaKey
  const direction = arrows[event.key]
  if (direction && event.altKey) return follow(commands, direction)
  if (direction && !isCommand) return moveSelection(commands, direction, event.shiftKey ? LONG_STEP : 1)
  if (isCommand) {
    const command = withControl[event.key.toLowerCase()]
    command?.(document)
    return command !== undefined
  }
  const command = event.altKey
    ? undefined
    : plain[event.key.length === 1 ? event.key.toLowerCase() : event.key]
  command?.(commands)
  return command !== undefined
}

const withControl: Readonly<Record<string, (document: FlowDocument) => void>> = {
  a: (document) => document.selectAll(),
  d: duplicate,
}

const plain: Readonly<Record<string, (commands: Commands) => void>> = {
  Delete: ({ document }) => document.remove(document.selection),
  Backspace: ({ document }) => document.remove(document.selection),
  Escape: ({ document }) => {
    endWiring()
    document.select({})
  },
  Enter: ({ openSettings }) => openSettings(),
  Tab: ({ openQuickAdd }) => openQuickAdd(),
  Insert: ({ openQuickAdd }) => openQuickAdd(),
  a: ({ openQuickAdd }) => openQuickAdd(),
  c: ({ openWireList }) => openWireList(),
  f: ({ showAll }) => showAll(),
}

/** Copies what is selected to the place beside it. */
export function duplicate(document: FlowDocument): void {
  const { nodes } = document.selection
  if (nodes.size === 0) return
  const fragment = readFragment(copyFragment(document, nodes))
  if (!fragment.ok) return
  const [x, y] = cornerOf(fragment.value.nodes)
  document.paste(fragment.value, [x + 3 * GRID, y + 3 * GRID])
}

function moveSelection({ document, reveal }: Commands, [dx, dy]: Place, steps: number): boolean {
  const selected = document.drawing.nodes.filter(({ id }) => document.selection.nodes.has(id))
  if (selected.length === 0) {
    const first = document.drawing.nodes[0]
    if (first) reveal(first.id)
    return true
  }
  const by = steps * GRID
  document.move(
    Object.fromEntries(selected.map(({ id, at }) => [id, [at[0] + dx * by, at[1] + dy * by] as const])),
    'keys',
  )
  return true
}

/** Goes along wires to the left and right, and to the nearest node above or below. */
function follow({ document, reveal }: Commands, [dx, dy]: Place): boolean {
  const [selected] = document.selection.nodes
  const from = selected === undefined ? undefined : document.node(selected)
  const next = from
    ? dx !== 0
      ? alongWire(document, from, dx)
      : nearest(document, from, dy)
    : document.drawing.nodes[0]
  if (next) reveal(next.id)
  return true
}

function alongWire(document: FlowDocument, from: FlowNode, dx: number): FlowNode | undefined {
  const [here, there] = dx > 0 ? [0, 1] : [1, 0]
  const wire = document.drawing.wires.find(
    (candidate) => readEndpoint(candidate[here] ?? '').node === from.id,
  )
  return wire && document.node(readEndpoint(wire[there] ?? '').node)
}

function nearest(document: FlowDocument, from: FlowNode, dy: number): FlowNode | undefined {
  const distance = ({ at }: FlowNode) => Math.abs(at[1] - from.at[1]) + 2 * Math.abs(at[0] - from.at[0])
  return document.drawing.nodes
    .filter((node) => (node.at[1] - from.at[1]) * dy > 0)
    .sort((a, b) => distance(a) - distance(b))[0]
}
