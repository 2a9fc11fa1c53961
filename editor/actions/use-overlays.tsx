import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useLocation } from 'wouter'
import { useMayEdit } from '../api/queries.ts'
import { houseActions } from './house-actions.ts'
import { useActionKeys, useActions } from './registry.ts'

// Loaded when they are first asked for.
const overlays = {
  shortcuts: lazy(async () => ({ default: (await import('./shortcuts-dialog.tsx')).ShortcutsDialog })),
}

/** The actions that are there on every page, and what they open above it. */
export function useOverlays(): ReactNode {
  const [, navigate] = useLocation()
  const mayEdit = useMayEdit()
  const [shown, setShown] = useState<keyof typeof overlays>()
  useActionKeys()
  useActions('everywhere', houseActions, {
    navigate,
    mayEdit,
    openShortcuts: () => setShown('shortcuts'),
  })
  if (!shown) return null
  const Overlay = overlays[shown]
  return (
    <Suspense>
      <Overlay onClose={() => setShown(undefined)} />
    </Suspense>
  )
}
