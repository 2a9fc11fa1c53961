import { type ReactNode, useRef, useState } from 'react'
import type { Place } from '#flows/flow.ts'
import type { MenuPlace } from '../actions/action.ts'
import { menuItems } from '../actions/menu-items.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { useSay } from '../i18n/said.ts'
import { ContextMenu } from '../ui/menu.tsx'
import { onCanvas, select } from './scene-ids.ts'
import { groupCard } from './stand-ins.ts'
import type { Hit } from './use-picking.ts'

interface CanvasMenuProps {
  readonly document: FlowDocument
  /** What is painted at a place of the screen. */
  readonly hit: (client: Place) => Hit
  readonly children: ReactNode
}

/** What can be done with what is under the pointer, on a right click or a long press. Selects it first, unless it is. */
export function CanvasMenu({ document, hit, children }: CanvasMenuProps) {
  const say = useSay()
  const under = useRef<Hit>(undefined)
  const [place, setPlace] = useState<MenuPlace>('canvas')
  const open = () => {
    const found = under.current
    if (found) take(document, found)
    setPlace(found?.kind ?? 'canvas')
  }
  const note = (target: EventTarget, client: Place) => {
    if (!(target instanceof Element)) return
    const id = target.closest<HTMLElement>('.react-flow__node')?.dataset['id']
    const frame = target.closest<HTMLElement>('[data-frame]')?.dataset['frame']
    if (frame !== undefined) under.current = { kind: 'node', id: groupCard(frame) }
    else if (id !== undefined) under.current = { kind: 'node', id }
    // By the menu key it comes from the canvas itself: it is about what is selected.
    else under.current = target.closest('.react-flow') ? hit(client) : selectedIn(document)
  }
  return (
    <ContextMenu
      onOpen={open}
      items={() => menuItems(say, ({ action }) => action.menu?.includes(place) ?? false)}
    >
      <div
        style={{ display: 'contents' }}
        onPointerDownCapture={({ target, clientX, clientY }) => note(target, [clientX, clientY])}
        onContextMenuCapture={({ target, clientX, clientY }) => note(target, [clientX, clientY])}
      >
        {children}
      </div>
    </ContextMenu>
  )
}

function selectedIn({ selection }: FlowDocument): Hit {
  const [node] = onCanvas(selection)
  const [wire] = selection.wires
  if (node !== undefined) return { kind: 'node', id: node }
  return wire === undefined ? undefined : { kind: 'wire', id: wire }
}

function take(document: FlowDocument, { kind, id }: NonNullable<Hit>): void {
  if (kind === 'wire') {
    if (!document.selection.wires.has(id)) document.select({ wires: [id] })
  } else if (!onCanvas(document.selection).has(id)) select(document, id, false)
}
