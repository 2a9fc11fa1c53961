import { type Actions, defineActions } from '../actions/action.ts'
import type { FlowScope } from '../flow/flow-context.ts'
import { said } from '../i18n/said.ts'
import { stepProblem } from './jump.ts'
import { problemTexts } from './texts.ts'

const hasProblems = ({ problems }: FlowScope) => problems.length > 0

/** Ways through the problems of the flow. */
export const problemActions: Actions<'flow'> = defineActions('flow', [
  {
    id: 'next-problem',
    title: said(problemTexts, 'next'),
    icon: 'triangle-alert',
    group: 'view',
    keys: ['F8'],
    worksInFields: true,
    isEnabled: hasProblems,
    run: (scope) => stepProblem(scope, 1),
  },
  {
    id: 'previous-problem',
    title: said(problemTexts, 'previous'),
    icon: 'triangle-alert',
    group: 'view',
    keys: ['Shift+F8'],
    worksInFields: true,
    isEnabled: hasProblems,
    run: (scope) => stepProblem(scope, -1),
  },
])
