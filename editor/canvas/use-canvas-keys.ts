import { type RefObject, useEffect } from 'react'
import { useActions } from '../actions/registry.ts'
import { type CanvasScope, canvasActions } from './canvas-actions.ts'

/** Offers the actions of the canvas; their keys count while it has the focus. */
export function useCanvasKeys(
  root: RefObject<HTMLElement | null>,
  commands: Omit<CanvasScope, 'cameByKeys'>,
): void {
  // Tab opens the list for those who came by mouse; who came by Tab must be able to leave by it.
  // The style sheet shows the focus to the latter only.
  useEffect(() => {
    const canvas = root.current
    if (!canvas) return
    const onPointer = () => canvas.toggleAttribute('data-by-pointer', true)
    const onBlur = () => canvas.toggleAttribute('data-by-pointer', false)
    canvas.addEventListener('pointerdown', onPointer, true)
    canvas.addEventListener('focusout', onBlur)
    return () => {
      canvas.removeEventListener('pointerdown', onPointer, true)
      canvas.removeEventListener('focusout', onBlur)
    }
  }, [root])
  const cameByKeys = () => !root.current?.hasAttribute('data-by-pointer')
  useActions('canvas', canvasActions, { ...commands, cameByKeys }, { root })
}
