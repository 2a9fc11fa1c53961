import { type ReactNode, Suspense, useState } from 'react'
import { useLocation } from 'wouter'
import { useMayEdit } from '../api/queries.ts'
import { later } from '../ui/lazy-part.tsx'
import { houseActions } from './house-actions.ts'
import { useActionKeys, useActions } from './registry.ts'

// Loaded when they are first asked for.
const CommandPalette = later(async () => (await import('./palette/command-palette.tsx')).CommandPalette)
const HelpDialog = later(async () => (await import('./palette/help-dialog.tsx')).HelpDialog)
const ShortcutsDialog = later(async () => (await import('./shortcuts-dialog.tsx')).ShortcutsDialog)

type Overlay = { readonly kind: 'palette' | 'shortcuts' } | { readonly kind: 'help'; readonly type: string }

/** The actions that are there on every page, and what they open above it. */
export function useOverlays(): ReactNode {
  const [, navigate] = useLocation()
  const mayEdit = useMayEdit()
  const [shown, setShown] = useState<Overlay>()
  const close = () => setShown(undefined)
  useActionKeys()
  useActions('everywhere', houseActions, {
    navigate,
    mayEdit,
    openPalette: () => setShown({ kind: 'palette' }),
    openShortcuts: () => setShown({ kind: 'shortcuts' }),
  })
  return (
    <Suspense>
      {shown?.kind === 'palette' && (
        <CommandPalette onClose={close} onHelp={(type) => setShown({ kind: 'help', type })} />
      )}
      {shown?.kind === 'shortcuts' && <ShortcutsDialog onClose={close} />}
      {shown?.kind === 'help' && <HelpDialog type={shown.type} onClose={close} />}
    </Suspense>
  )
}
