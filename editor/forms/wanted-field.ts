import { type RefObject, useEffect } from 'react'
import { create } from 'zustand'

/** The place of a field, `rules.0.value`, that takes the focus as soon as it stands. */
export const useWantedField = create<{ readonly place: string | undefined }>(() => ({ place: undefined }))

/** Asks for the focus on a field of the form that opens now. */
export const wantField = (place: string | undefined): void => useWantedField.setState({ place })

/** Gives a field the focus when it is the one that was asked for; a list takes it for what stands in it. */
export function useFocusIfWanted(root: RefObject<HTMLElement | null>, place: string): void {
  const isWanted = useWantedField((state) => state.place === place)
  useEffect(() => {
    if (!isWanted) return
    // After what opens around it has chosen a focus of its own.
    const frame = requestAnimationFrame(() => {
      wantField(undefined)
      const control = root.current?.querySelector<HTMLElement>(focusable)
      control?.focus()
      control?.scrollIntoView({ block: 'nearest' })
    })
    return () => cancelAnimationFrame(frame)
  }, [isWanted, root])
}

const focusable = 'input, textarea, select, button, [contenteditable="true"]'
