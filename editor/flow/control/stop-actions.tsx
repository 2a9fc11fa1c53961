import type { StoppedMessage } from '../../api/control-api.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { useFlow } from '../flow-context.ts'
import { controlTexts } from './texts.ts'
import { useSteering } from './use-steering.ts'

/** What one does with a message that is stopped. */
export function StopActions({ stopped }: { readonly stopped: StoppedMessage }) {
  const t = useText(controlTexts)
  const { isReadOnly } = useFlow().document
  const { act } = useSteering()
  if (isReadOnly) return null
  return (
    <>
      <Button icon="step-forward" title={t('stepAbout')} onClick={() => act(stopped, 'step')}>
        {t('step')}
      </Button>
      <Button icon="play" onClick={() => act(stopped, 'continue')}>
        {t('continue')}
      </Button>
      <Button icon="x" title={t('dropAbout')} onClick={() => act(stopped, 'drop')}>
        {t('drop')}
      </Button>
    </>
  )
}
