import { keysOf } from '../actions/action.ts'
import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import { flowActionTexts } from './flow-action-texts.ts'
import { flowActions } from './flow-actions.ts'
import { useFlow } from './flow-context.ts'

/** Shows the flow as a list of rules, or as the drawing again. */
export function ViewButton() {
  const t = useText(flowActionTexts)
  const { view, toggleView } = useFlow().panels
  return (
    <IconButton
      icon={view === 'list' ? 'workflow' : 'list-tree'}
      label={t(view === 'list' ? 'showCanvas' : 'showList')}
      keys={keysOf(flowActions, 'toggle-list')}
      tooltip="bottom"
      onClick={toggleView}
    />
  )
}
