import { expect, it } from 'vitest'
import { addNote, resizeNote, writeNote } from './notes.ts'
import { asOneStep, node, open } from './rig.ts'

it('adds a note on the grid, selects it, and gives it an id of its own', () => {
  const document = open({ nodes: [node('note')] })
  expect(asOneStep(document, () => addNote(document, [13, 21]))).toBe('note-2')
  expect(document.drawing.notes).toEqual([{ id: 'note-2', at: [16, 24], size: [240, 120], text: '' }])
})

it('selects a new note', () => {
  const document = open({})
  addNote(document, [0, 0])
  expect([...document.selection.notes]).toEqual(['note'])
})

it('takes typing in one note as one step', () => {
  const document = open({})
  addNote(document, [0, 0])
  writeNote(document, 'note', 'W')
  writeNote(document, 'note', 'Why')
  document.undo()
  expect(document.drawing.notes?.[0]?.text).toBe('')
})

it('has a size on the grid, and a least one', () => {
  const document = open({})
  addNote(document, [0, 0])
  asOneStep(document, () => resizeNote(document, 'note', [301, 7], [-61, 0]))
  expect(document.drawing.notes?.[0]).toMatchObject({ at: [-64, 0], size: [304, 48] })
})
