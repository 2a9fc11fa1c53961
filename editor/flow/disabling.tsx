import { isSelectionDisabled, toggleDisabled } from '../document/commands/disable.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { disablingTexts } from './disabling-texts.ts'
import { useDocument, useFlow } from './flow-context.ts'

/** Disables one node, or enables it again. */
export function DisableSwitch({ node }: { readonly node: string }) {
  const t = useText(disablingTexts)
  const { document } = useFlow()
  const isDisabled = useDocument((state) => state.byId.get(node)?.disabled === true)
  return (
    <IconButton
      icon={isDisabled ? 'power' : 'power-off'}
      label={t(isDisabled ? 'enable' : 'disable')}
      onClick={() => toggleDisabled(document, [node])}
    />
  )
}

/** The same for all that is selected. */
export function DisableButton() {
  const t = useText(disablingTexts)
  const { document } = useFlow()
  const isDisabled = useDocument(() => isSelectionDisabled(document))
  return (
    <Button icon={isDisabled ? 'power' : 'power-off'} onClick={() => toggleDisabled(document)}>
      {t(isDisabled ? 'enable' : 'disable')}
    </Button>
  )
}

/** Above the settings of a disabled node. */
export function DisabledNotice({ node }: { readonly node: string }) {
  const t = useText(disablingTexts)
  const { document } = useFlow()
  const isDisabled = useDocument((state) => state.byId.get(node)?.disabled === true)
  if (!isDisabled) return null
  const enable = !document.isReadOnly && (
    <Button icon="power" onClick={() => toggleDisabled(document, [node])}>
      {t('enable')}
    </Button>
  )
  return (
    <Notice tone="calm" icon="power-off" actions={enable}>
      {t('isDisabled')}
    </Notice>
  )
}
