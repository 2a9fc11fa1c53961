import type { NodeProps } from '@xyflow/react'
import { memo, type PointerEvent, useEffect, useRef, useState } from 'react'
import { create } from 'zustand'
import type { FlowNote, Place } from '#flows/flow.ts'
import { frameColor } from '../../document/commands/groups.ts'
import { resizeNote, writeNote } from '../../document/commands/notes.ts'
import { useText } from '../../i18n/use-text.ts'
import { classNames } from '../../ui/class-names.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { useCanvas } from '../canvas-context.ts'
import type { CardNode } from '../cards.ts'
import { MarkFrame } from '../marks.tsx'
import styles from './structure.module.css'
import { structureTexts } from './texts.ts'

const MarkdownView = lazyPart(async () => (await import('../../flow/markdown-view.tsx')).MarkdownView)

interface Written {
  /** The note that is written in. */
  readonly note: string | undefined
}

/** The one note that is written in, if any. */
const useWritten = create<Written>(() => ({ note: undefined }))
export const writeIn = (note: string | undefined): void => useWritten.setState({ note })

/** A sheet of Markdown. */
export const NoteCard = memo(function NoteCard({ data, selected = false }: NodeProps<CardNode>) {
  const { isReadOnly } = useCanvas()
  const { note } = data
  const isWritten = useWritten((written) => written.note !== undefined && written.note === note?.id)
  if (!note) return null
  return (
    <div
      className={classNames(styles.tinted, styles.note)}
      data-color={frameColor(note.color)}
      data-selected={selected}
      data-testid="note"
    >
      {isWritten && !isReadOnly ? <Writing note={note} /> : <Text note={note} />}
      {selected && !isReadOnly && !isWritten && <Corner note={note} />}
      <MarkFrame id={note.id} />
    </div>
  )
})

function Text({ note }: { readonly note: FlowNote }) {
  const t = useText(structureTexts)
  return (
    <div className={styles.noteText}>
      {note.text.trim() === '' ? (
        <p className={styles.quiet}>{t('emptyNote')}</p>
      ) : (
        <MarkdownView source={note.text} />
      )}
    </div>
  )
}

/** Longest text of a note, in characters: as in the file. */
const MOST_TEXT = 20_000

function Writing({ note }: { readonly note: FlowNote }) {
  const t = useText(structureTexts)
  const { document } = useCanvas()
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    field.current?.focus({ preventScroll: true })
    return () => document.seal()
  }, [document])
  return (
    <textarea
      ref={field}
      className="nodrag nopan nowheel"
      aria-label={t('noteText')}
      value={note.text}
      maxLength={MOST_TEXT}
      onChange={({ target }) => writeNote(document, note.id, target.value)}
      onKeyDown={(event) => {
        const isDone = event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
        if (!isDone) return
        event.preventDefault()
        event.stopPropagation()
        event.currentTarget.closest<HTMLElement>('[data-testid="canvas"]')?.focus({ preventScroll: true })
      }}
      onBlur={() => writeIn(undefined)}
    />
  )
}

/** Takes the note by its corner. The size is changed when it is let go; until then it is only shown. */
function Corner({ note }: { readonly note: FlowNote }) {
  const t = useText(structureTexts)
  const { document, scene } = useCanvas()
  const [from, setFrom] = useState<Place | undefined>()
  const sizeAt = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>): Place => {
    const card = currentTarget.parentElement?.getBoundingClientRect()
    const zoom = card ? card.width / (scene.node(note.id)?.box.width ?? card.width) : 1
    const [x, y] = from ?? [clientX, clientY]
    return [note.size[0] + (clientX - x) / zoom, note.size[1] + (clientY - y) / zoom]
  }
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${styles.corner} nodrag nopan`}
      aria-label={t('resizeNote')}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setFrom([event.clientX, event.clientY])
      }}
      onPointerUp={(event) => {
        if (from) resizeNote(document, note.id, sizeAt(event))
        setFrom(undefined)
      }}
      onPointerMove={(event) => {
        if (!from) return
        const [width, height] = sizeAt(event)
        const card = event.currentTarget.closest<HTMLElement>('.react-flow__node')
        if (card) Object.assign(card.style, { width: `${width}px`, height: `${height}px` })
      }}
      onPointerCancel={() => setFrom(undefined)}
    />
  )
}
