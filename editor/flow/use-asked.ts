import { type RefObject, useEffect } from 'react'
import type { CanvasHandle } from '../canvas/flow-canvas.tsx'
import { listeningNode } from '../topics/listening-node.ts'

/** Shows the node that the address asks for: `?node=bell`. */
export function useAskedNode(canvas: RefObject<CanvasHandle | null>): void {
  useEffect(() => {
    const node = new URLSearchParams(window.location.search).get('node')
    if (node !== null) canvas.current?.reveal(node)
  }, [canvas])
}

/** Adds a node for the topic that the address asks for, once: `?listen=home/door`. */
export function useAskedTopic(canvas: RefObject<CanvasHandle | null>): void {
  useEffect(() => {
    const address = new URL(window.location.href)
    const topic = address.searchParams.get('listen')
    if (topic === null) return
    address.searchParams.delete('listen')
    window.history.replaceState(null, '', address)
    const { type, config } = listeningNode(topic)
    canvas.current?.add(type, config)
  }, [canvas])
}
