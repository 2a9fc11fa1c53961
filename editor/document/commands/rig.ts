import { expect } from 'vitest'
import { emptyFlow, type Flow, type FlowNode, flowSchema } from '#flows/flow.ts'
import { FlowDocument } from '../flow-document.ts'

/** A node that passes on what comes, at a place. */
export const node = (id: string, at: [number, number] = [0, 0], more: Partial<FlowNode> = {}): FlowNode => ({
  id,
  type: 'delay',
  at,
  config: {},
  ...more,
})

/** A flow to edit, with what a test needs in it. */
export const open = (parts: Partial<Flow>) =>
  new FlowDocument({ ...emptyFlow('f', 'F'), ...parts }, { now: () => 0 })

/** Does something that must be one step: undo takes all of it back, redo does it again, and the result is a flow. */
export function asOneStep<Result>(document: FlowDocument, command: () => Result): Result {
  const before = document.flow
  const result = command()
  const after = document.flow
  expect(after).not.toEqual(before)
  expect(flowSchema.safeParse(after).success).toBe(true)
  document.undo()
  expect(document.flow).toEqual(before)
  document.redo()
  expect(document.flow).toEqual(after)
  return result
}
