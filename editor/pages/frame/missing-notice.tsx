import { useMissingParts } from '../../app-shell/parts.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { awayTexts } from './away-texts.ts'

/** Says that something of the page is missing, once it can be loaded again. */
export function MissingNotice({ isAway }: { readonly isAway: boolean }) {
  const t = useText(awayTexts)
  const { isAny } = useMissingParts()
  const isShown = isAny && !isAway
  return (
    <div role="status">
      {isShown && (
        <Notice
          tone="warn"
          icon="unplug"
          actions={
            <Button icon="refresh-cw" onClick={() => location.reload()}>
              {t('reload')}
            </Button>
          }
        >
          {t('missing')}
        </Notice>
      )}
    </div>
  )
}
