import { type RefObject, useEffect, useRef } from 'react'
import type { Place } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import { copyFragment, type Fragment } from '../document/fragment.ts'
import { isEditable } from '../ui/is-editable.ts'
import { ownCopy } from './own-copy.ts'

interface ClipboardOptions {
  readonly document: FlowDocument
  /** Where the corner of what is pasted goes. */
  readonly placeToPaste: () => Place
  readonly onProblems: (problems: readonly Problem[]) => void
  /** What is copied here may be pasted as ours elsewhere. */
  readonly isTrusted: boolean
  /** What was pasted was not copied from a trusted flow in this browser. */
  readonly onForeign: (fragment: Fragment) => void
}

/**
 * Copies, cuts and pastes by the events of the page: they work on plain HTTP, where the browser's
 * clipboard interface does not.
 */
export function useClipboard(root: RefObject<HTMLElement | null>, options: ClipboardOptions): void {
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  useEffect(() => {
    const isOurs = () => {
      const { activeElement } = window.document
      return activeElement === window.document.body || (root.current?.contains(activeElement) ?? false)
    }
    const onCopy = (event: ClipboardEvent) => {
      const { document } = latest.current
      const { nodes, notes, groups } = document.selection
      if (isEditable(event.target) || !isOurs() || nodes.size + notes.size + groups.size === 0) return
      if (window.getSelection()?.isCollapsed === false) return
      const text = copyFragment(document, document.selection)
      event.clipboardData?.setData('text/plain', text)
      if (latest.current.isTrusted) ownCopy.remember(text)
      event.preventDefault()
      void loadReader() // what is copied will be pasted
      if (event.type === 'cut') document.remove(document.selection)
    }
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain')
      if (isEditable(event.target) || !isOurs() || !text?.trim()) return
      event.preventDefault()
      void paste(text, latest.current)
    }
    window.document.addEventListener('copy', onCopy)
    window.document.addEventListener('cut', onCopy)
    window.document.addEventListener('paste', onPaste)
    return () => {
      window.document.removeEventListener('copy', onCopy)
      window.document.removeEventListener('cut', onCopy)
      window.document.removeEventListener('paste', onPaste)
    }
  }, [root])
}

const loadReader = () => import('../document/read-fragment.ts')

async function paste(
  text: string,
  { document, placeToPaste, onProblems, onForeign }: ClipboardOptions,
): Promise<void> {
  const at = placeToPaste()
  const { readFragment } = await loadReader()
  const fragment = readFragment(text)
  if (!fragment.ok) return onProblems(fragment.problems)
  if (!ownCopy.is(text)) onForeign(fragment.value)
  document.paste(fragment.value, at)
}
