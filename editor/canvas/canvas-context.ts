import { createContext, useContext } from 'react'
import { create } from 'zustand'
import type { FlowDocument } from '../document/flow-document.ts'
import type { WireEnd } from '../document/wiring.ts'
import type { Scene } from './scene/scene.ts'

interface CanvasContext {
  readonly document: FlowDocument
  /** How what is live there is called outside: in a subflow, after the node through which one came. */
  readonly livePlace: (id: string) => string
  /** The same for the key of a wire. */
  readonly liveWire: (key: string) => string
  /** Where everything stands. */
  readonly scene: Scene
  readonly flow: string
  /** Nothing here may be changed or set off. */
  readonly isReadOnly: boolean
  /** The button of a node was pressed. */
  readonly onPoke: (node: string) => void
  readonly onRemoveWire: (key: string) => void
  /** The person wants to see what goes over a wire. */
  readonly onShowWire: (key: string) => void
  /** Opens the list of what can be put into a wire. */
  readonly onInsertInto: (key: string) => void
  /** The person wants to send a message to a node, perhaps to one of its inputs. */
  readonly onPlay: (node: string, port: string | undefined) => void
}

export const CanvasContext = createContext<CanvasContext | undefined>(undefined)

export function useCanvas(): CanvasContext {
  const context = useContext(CanvasContext)
  if (!context) throw new Error('A card stands outside the canvas.')
  return context
}

interface Wiring {
  /** The end that a wire is being drawn from. */
  readonly start: WireEnd | undefined
  /** Where it may lead to, as `node.port`. */
  readonly targets: ReadonlySet<string>
  /** It was begun by a tap, and waits for where it is to go. */
  readonly isWaiting: boolean
}

const idle: Wiring = { start: undefined, targets: new Set(), isWaiting: false }

/** The wire that is being drawn; ports light up or step back by it. */
export const useWiring = create<Wiring>(() => idle)
export const startWiring = (start: WireEnd, targets: ReadonlySet<string>, isWaiting = false): void =>
  useWiring.setState({ start, targets, isWaiting })
export const endWiring = (): void => useWiring.setState(idle)
