import { type Actions, defineActions } from '../actions/action.ts'
import type { FlowScope } from '../flow/flow-context.ts'
import { textsIn } from '../i18n/define-texts.ts'
import { currentLanguage } from '../i18n/language.ts'
import { said } from '../i18n/said.ts'
import { notify } from '../ui/toast.tsx'
import { backToDraft, isLooking, openReview, openRevisions } from './looking.ts'
import { deployTitles } from './titles.ts'

const mayEdit = ({ document }: FlowScope) => !document.isReadOnly

/** What can be done with the draft, what runs, and what ran before. */
export const deployActions: Actions<'flow'> = defineActions('flow', [
  {
    id: 'save',
    title: said(deployTitles, 'actionSave'),
    icon: 'save',
    group: 'edit',
    keys: ['Mod+S'],
    worksInFields: true,
    isEnabled: mayEdit,
    run: (scope) => void saySaved(scope),
  },
  {
    id: 'deploy',
    title: said(deployTitles, 'actionDeploy'),
    icon: 'rocket',
    group: 'run',
    keys: ['Mod+Enter', 'Mod+Shift+D'],
    worksInFields: true,
    isEnabled: (scope) => mayEdit(scope) && scope.deployment.busy === undefined,
    run: ({ deployment }) => void deployment.deploy(),
  },
  {
    id: 'review',
    title: said(deployTitles, 'actionReview'),
    icon: 'diff',
    group: 'run',
    isEnabled: mayEdit,
    run: openReview,
  },
  {
    id: 'revisions',
    title: said(deployTitles, 'actionRevisions'),
    icon: 'history',
    group: 'view',
    run: openRevisions,
  },
  {
    id: 'back-to-draft',
    title: said(deployTitles, 'backToDraft'),
    icon: 'x',
    group: 'view',
    isEnabled: isLooking,
    run: backToDraft,
  },
])

/** Who presses the keys for saving is told that it is not needed, and what is. */
async function saySaved({ autosave }: FlowScope): Promise<void> {
  const t = textsIn(deployTitles, currentLanguage())
  if (await autosave.flush()) notify.info(t('savedAlready'), { about: t('savedNotRunning') })
  else notify.warn(t('notSavedYet'))
}
