import { expect, test } from 'vitest'
import { emptyFlow, type FlowNode } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'
import { FlowDocument } from '../document/flow-document.ts'
import type { FlowScope } from '../flow/flow-context.ts'
import { useWantedField } from '../forms/wanted-field.ts'
import { stepProblem } from './jump.ts'

const node = (id: string): FlowNode => ({ id, type: 'debug', at: [0, 0], config: {} })
const problem = (more: Partial<Problem>): Problem => ({ code: 'X', level: 'error', message: '', ...more })

/** A page that notes where it was asked to go. */
function page(...problems: Problem[]) {
  const gone: string[] = []
  const document = new FlowDocument(
    { ...emptyFlow('f', 'F'), nodes: [node('a'), node('b')], wires: [['a.out', 'b.in']] },
    { now: () => 0 },
  )
  const scope = {
    document,
    problems,
    shown: undefined,
    canvas: () => ({
      reveal: (id: string) => gone.push(id),
      revealWire: (key: string) => gone.push(key) > 0,
    }),
    panels: {
      openInspector: () => gone.push(`field ${useWantedField.getState().place}`),
      closeSheet: () => undefined,
    },
  } as unknown as FlowScope
  return { scope, gone, next: () => stepProblem(scope, 1), previous: () => stepProblem(scope, -1) }
}

test('problems are gone through in their order and around the end, each to its place', () => {
  const { gone, next } = page(
    problem({ node: 'a', field: 'topic' }),
    problem({ node: 'b', wire: 0 }),
    problem({ node: 'b' }),
  )
  for (let count = 0; count < 4; count++) next()
  expect(gone).toEqual(['a', 'field topic', 'a.out b.in', 'b', 'a', 'field topic'])
})

test('backwards begins at the end', () => {
  const { gone, previous } = page(problem({ node: 'a', code: 'Y' }), problem({ node: 'b', code: 'Z' }))
  previous()
  previous()
  previous()
  expect(gone).toEqual(['b', 'a', 'b'])
})

test('after the one that was gone to is solved, the list begins again', () => {
  const { gone, next, scope } = page(problem({ node: 'a', code: 'P' }), problem({ node: 'b', code: 'Q' }))
  next()
  Object.assign(scope, { problems: [problem({ node: 'b', code: 'Q' })] })
  next()
  expect(gone).toEqual(['a', 'b'])
})

test('what stands nowhere leads nowhere', () => {
  const { gone, next } = page(problem({}), problem({ node: 'gone' }))
  next()
  next()
  expect(gone).toEqual([])
})
