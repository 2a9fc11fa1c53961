import type { FlowNote, Place } from '#flows/flow.ts'
import type { FlowDocument } from '../flow-document.ts'
import { snap } from '../fragment.ts'

/** Width and height of a new note, and the least it can be made, in canvas pixels. */
const NOTE_SIZE: Place = [240, 120]
const LEAST_NOTE_SIZE: Place = [96, 48]

/** Adds an empty note, in a group or in none, and selects it. Answers its id. */
export function addNote(document: FlowDocument, at: Place, group?: string): string {
  const id = document.freeId('note')
  const note: FlowNote = {
    id,
    at: [snap(at[0]), snap(at[1])],
    size: [...NOTE_SIZE],
    text: '',
    ...(group !== undefined && { group }),
  }
  const index = document.drawing.notes?.length ?? 0
  document.change([{ kind: 'insert', notes: [{ index, item: note }] }], { code: 'note', count: 1 })
  document.select({ notes: [id] })
  return id
}

/** Typing in one note is one step. */
export function writeNote(document: FlowDocument, note: string, text: string): void {
  document.set({ kind: 'note', id: note }, { text }, { code: 'note', count: 1 }, 'text')
}

/** Gives a note a size on the grid, and a place if its top or left edge was dragged. One step. */
export function resizeNote(document: FlowDocument, note: string, [width, height]: Place, at?: Place): void {
  const size = [Math.max(LEAST_NOTE_SIZE[0], snap(width)), Math.max(LEAST_NOTE_SIZE[1], snap(height))]
  document.change(
    [
      ...(at ? [{ kind: 'move', places: { [note]: [snap(at[0]), snap(at[1])] } } as const] : []),
      { kind: 'set', target: { kind: 'note', id: note }, fields: { size } },
    ],
    { code: 'note', count: 1 },
  )
}
