import { type Actions, defineActions } from '../actions/action.ts'
import { said } from '../i18n/said.ts'
import { tryTitles } from './titles.ts'

/** What can be done to try the flow that is open. */
export const tryActions: Actions<'flow'> = defineActions('flow', [
  {
    id: 'try-node',
    title: said(tryTitles, 'tryNode'),
    icon: 'play',
    group: 'run',
    menu: ['node'],
    isEnabled: ({ document }) => !document.isReadOnly && document.selection.nodes.size === 1,
    run: ({ panels }) => panels.openNodeTab('try'),
  },
  {
    id: 'run-tests',
    title: said(tryTitles, 'runTests'),
    icon: 'flask-conical',
    group: 'run',
    isEnabled: ({ document }) => !document.isReadOnly && document.flow.tests.length > 0,
    run: ({ document, autosave, panels }) => {
      panels.openDrawer('tests')
      void import('./run-tests.ts').then(({ runTests }) =>
        runTests({ document, autosave }, document.flow.tests),
      )
    },
  },
  {
    id: 'show-tests',
    title: said(tryTitles, 'tests'),
    icon: 'flask-conical',
    group: 'view',
    run: ({ panels }) => panels.openDrawer('tests'),
  },
  {
    id: 'show-recordings',
    title: said(tryTitles, 'recordings'),
    icon: 'rewind',
    group: 'view',
    run: ({ panels }) => panels.openDrawer('recordings'),
  },
])
