import {
  type Connection,
  type FinalConnectionState,
  type HandleType,
  type OnConnectStartParams,
  useStoreApi,
} from '@xyflow/react'
import { type MouseEvent as ReactMouseEvent, useEffect, useRef } from 'react'
import type { Place, Wire } from '#flows/flow.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { endText, legalTargets, type WireEnd, wireBetween } from '../document/wiring.ts'
import { endWiring, startWiring, useWiring } from './canvas-context.ts'
import type { WireEdge } from './cards.ts'
import type { Projection } from './projection.ts'

interface WiringOptions {
  readonly document: FlowDocument
  readonly projection: Projection
  readonly connect: (wire: Wire) => void
  /** An end of a standing wire was led elsewhere. */
  readonly rewire: (key: string, wire: Wire) => void
  /** A wire was dropped on a card that has no port on the side it needs. */
  readonly onNowhere: (node: string, side: WireEnd['side']) => void
  /** A wire was dropped where nothing stands. */
  readonly onVoid: (client: Place, start: WireEnd) => void
}

/**
 * Drawing a wire, by dragging from port to port or by tapping both. React Flow lets every pair through;
 * what is legal, `connect` says in words.
 */
export function useWiringGestures(options: WiringOptions) {
  const { document, projection, connect, rewire, onNowhere, onVoid } = options
  const shapeOf = (node: string) => projection.shapeOf(node)
  /** The wire whose end is in the hand. */
  const taken = useRef<string | undefined>(undefined)
  const store = useStoreApi()
  useEffect(() => endWiring, [])

  const begin = (from: OnConnectStartParams, isWaiting: boolean) => {
    const start = readEnd(from.nodeId, from.handleId, from.handleType)
    if (start) startWiring(start, legalTargets(document.drawing, shapeOf, start), isWaiting)
  }
  const onConnectStart = (_event: unknown, from: OnConnectStartParams) => begin(from, false)
  const onClickConnectStart = (_event: unknown, from: OnConnectStartParams) => begin(from, true)
  const onConnect = (connection: Connection) => connect(toWire(connection))
  const onConnectEnd = (event: MouseEvent | TouchEvent, end: FinalConnectionState) => {
    const { start } = useWiring.getState()
    endWiring()
    if (!start || end.toHandle) return
    const client = clientPoint(event)
    const target = window.document.elementFromPoint(...client)
    const node = target?.closest<HTMLElement>('.react-flow__node')?.dataset['id']
    if (node) dropOnNode(start, node)
    else if (taken.current === undefined && target?.closest('.react-flow__pane')) onVoid(client, start)
  }
  /** A wire dropped on a card, not on a port, takes the first port that fits. */
  const dropOnNode = (start: WireEnd, node: string) => {
    if (node === start.node) return
    const side = start.side === 'output' ? 'input' : 'output'
    const ends = projection.boxOf(node)?.ports.filter((port) => port.side === side && !port.isError) ?? []
    const targets = legalTargets(document.drawing, shapeOf, start)
    const end = ends.find((port) => targets.has(endText({ node, port: port.id }))) ?? ends[0]
    const wire = end && wireBetween(start, { node, port: end.id, side })
    if (wire && taken.current !== undefined) rewire(taken.current, wire)
    else if (wire) connect(wire)
    else onNowhere(node, side)
  }
  // React Flow passes the event of the page or React's own, by where the second tap was.
  const onClickConnectEnd = (event: MouseEvent | TouchEvent | ReactMouseEvent) => {
    const { start } = useWiring.getState()
    endWiring()
    const isOnPane = event.target instanceof Element && event.target.classList.contains('react-flow__pane')
    if (start && isOnPane) onVoid(clientPoint(event), start)
  }
  /** A tap on a card while a wire waits for its other end; answers whether there was one. */
  const tapNode = (node: string): boolean => {
    const { start } = useWiring.getState()
    if (!start || start.node === node) return false
    stop()
    dropOnNode(start, node)
    return true
  }
  const stop = () => {
    endWiring()
    store.setState({ connectionClickStartHandle: null })
  }
  const onReconnectStart = (_event: unknown, { id }: WireEdge) => {
    taken.current = id
  }
  const onReconnect = ({ id }: WireEdge, connection: Connection) => rewire(id, toWire(connection))
  const onReconnectEnd = () => {
    taken.current = undefined
  }
  const gestures = {
    onConnectStart,
    onConnect,
    onConnectEnd,
    onClickConnectStart,
    onClickConnectEnd,
    onReconnectStart,
    onReconnect,
    onReconnectEnd,
  }
  return { gestures, tapNode, stopWiring: stop }
}

const toWire = ({ source, sourceHandle, target, targetHandle }: Connection): Wire => [
  `${source}.${sourceHandle}`,
  `${target}.${targetHandle}`,
]

const readEnd = (node: string | null, port: string | null, type: HandleType | null): WireEnd | undefined =>
  node && port && type ? { node, port, side: type === 'source' ? 'output' : 'input' } : undefined

function clientPoint(event: MouseEvent | TouchEvent | ReactMouseEvent): [number, number] {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event
  return point ? [point.clientX, point.clientY] : [0, 0]
}
