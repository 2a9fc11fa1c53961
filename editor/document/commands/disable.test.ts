import { describe, expect, it } from 'vitest'
import { canToggleDisabled, isSelectionDisabled, toggleDisabled } from './disable.ts'
import { asOneStep, node, open } from './rig.ts'

const disabledIn = (document: ReturnType<typeof open>) =>
  document.drawing.nodes.filter(({ disabled }) => disabled).map(({ id }) => id)

describe('disabling', () => {
  it('takes what is selected, as one step with a name', () => {
    const document = open({ nodes: [node('a'), node('b'), node('c')] })
    document.select({ nodes: ['a', 'b'] })
    asOneStep(document, () => toggleDisabled(document))
    expect(disabledIn(document)).toEqual(['a', 'b'])
    expect(document.store.getState().undo).toEqual({ code: 'disable', count: 2 })
    expect(isSelectionDisabled(document)).toBe(true)
  })

  it('disables the rest where only some are, and enables where all are', () => {
    const document = open({ nodes: [node('a', [0, 0], { disabled: true }), node('b')] })
    document.selectAll()
    toggleDisabled(document)
    expect(disabledIn(document)).toEqual(['a', 'b'])
    expect(document.store.getState().undo).toEqual({ code: 'disable', count: 1 })
    asOneStep(document, () => toggleDisabled(document))
    expect(document.drawing.nodes).toEqual([node('a'), node('b')])
    expect(document.store.getState().undo).toEqual({ code: 'enable', count: 2 })
  })

  it('of a group means what stands in it, and of nothing nothing', () => {
    const document = open({
      nodes: [node('a', [0, 0], { group: 'g' }), node('b')],
      groups: [{ id: 'g', name: '' }],
    })
    expect(canToggleDisabled(document)).toBe(false)
    document.select({ groups: ['g'] })
    toggleDisabled(document)
    expect(disabledIn(document)).toEqual(['a'])
  })

  it('stays with what is duplicated and pasted', () => {
    const document = open({ nodes: [node('a', [0, 0], { disabled: true })] })
    const { flow, drawing } = document
    document.paste({ ...drawing, notes: [], subflows: [], connections: flow.connections }, [400, 0])
    expect(disabledIn(document)).toHaveLength(2)
  })
})
