import { useEffect, useState } from 'react'
import { lazyPart, waitingPart } from '../../ui/lazy-part.tsx'

const DropHint = lazyPart(async () => (await import('./import-dialogs.tsx')).DropHint)
const ImportDialogs = waitingPart(async () => (await import('./import-dialogs.tsx')).ImportDialogs)

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** Takes flow files that are dropped anywhere on the window, and shows what became of them. */
export function ImportDrop() {
  const isOver = useFileDrop()
  return (
    <>
      {isOver && <DropHint />}
      <ImportDialogs />
    </>
  )
}

// Enter and leave come for each element under the pointer; the last one to be entered decides.
function useFileDrop(): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    let inside: EventTarget | null = null
    const onEnter = (event: DragEvent) => {
      if (!hasFiles(event)) return
      inside = event.target
      setOver(true)
    }
    const onLeave = (event: DragEvent) => {
      if (event.target === inside) setOver(false)
    }
    const onOver = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault()
    }
    const onDrop = (event: DragEvent) => {
      setOver(false)
      if (event.defaultPrevented || !hasFiles(event)) return
      event.preventDefault()
      const files = [...(event.dataTransfer?.files ?? [])]
      void import('./import-flows.ts').then(({ importFiles }) => importFiles(files))
    }
    const controller = new AbortController()
    const { signal } = controller
    window.addEventListener('dragenter', onEnter, { signal })
    window.addEventListener('dragleave', onLeave, { signal })
    window.addEventListener('dragover', onOver, { signal })
    window.addEventListener('drop', onDrop, { signal })
    return () => controller.abort()
  }, [])
  return isOver
}
