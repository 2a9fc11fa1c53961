import { memo, useEffect, useRef, useSyncExternalStore } from 'react'
import { AtWires } from './at-wire.tsx'
import styles from './canvas.module.css'
import { usePointed } from './pointed.ts'
import type { Scene } from './scene/scene.ts'
import { drawnSamples, onSamples, roomFor, sampleOf } from './wire-samples.ts'

/** The last messages of the wires in view: each shows for a moment. */
export const WireLabels = memo(function WireLabels({ scene }: { readonly scene: Scene }) {
  return <AtWires scene={scene}>{(wire, room) => <Label wire={wire} room={roomFor(room)} />}</AtWires>
})

const Label = memo(function Label({ wire, room }: { readonly wire: string; readonly room: number }) {
  const label = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!label.current) return
    drawnSamples.set(wire, { label: label.current, room })
    return () => void drawnSamples.delete(wire)
  }, [wire, room])
  return <span ref={label} className={styles.sample} />
})

/** The last message of the wire under the pointer, whole. */
export function PointedWire({ scene }: { readonly scene: Scene }) {
  const wire = usePointed((pointed) => pointed.wire)
  const text = useSyncExternalStore(onSamples, () => (wire === undefined ? undefined : sampleOf(wire)?.text))
  if (wire === undefined || !text) return null
  return (
    <AtWires scene={scene} keys={new Set([wire])}>
      {() => <span className={styles.pointedSample}>{text}</span>}
    </AtWires>
  )
}
