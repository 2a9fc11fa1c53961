import { useEffect, useState } from 'react'
import { useFlow } from '../flow/flow-context.ts'
import { formatAgo } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { useNow } from '../pages/use-now.ts'
import { revisionTexts } from '../revisions/texts.ts'
import { useRevisions } from '../revisions/use-revisions.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import styles from './deploy.module.css'
import { backToDraft, type Looking } from './looking.ts'
import { LookingPanel } from './looking-panel.tsx'
import { deployTexts } from './texts.ts'
import { deployTitles } from './titles.ts'
import { useChosen } from './use-shown.ts'

/** Says over the canvas what it is that is looked at, and leads back to the draft. */
export function Banner({ kind }: { readonly kind: Looking['kind'] }) {
  const t = useText(deployTexts)
  const titles = useText(deployTitles)
  const { isNarrow } = useFlow().panels
  // Revisions are chosen in the list first; changes are seen on the canvas first.
  const [isOpen, setOpen] = useState(kind === 'history')
  const close = () => setOpen(false)
  useEscape()
  return (
    <div className={styles.banner} role="status">
      <Icon name="eye" />
      <p>{kind === 'review' ? t('reviewBanner') : <RevisionWords />}</p>
      {isNarrow && (
        <Button icon="list" onClick={() => setOpen(true)}>
          {titles(kind === 'review' ? 'changes' : 'history')}
        </Button>
      )}
      <Button icon="x" compact onClick={backToDraft}>
        {titles('backToDraft')}
      </Button>
      {isNarrow && (
        <Sheet open={isOpen} onClose={close} title={kind === 'review' ? t('reviewTitle') : titles('history')}>
          <LookingPanel onJump={close} />
        </Sheet>
      )}
    </div>
  )
}

/** Escape leads back, unless something else takes it: a menu, a sheet, what is selected on the canvas. */
function useEscape(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) backToDraft()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

function RevisionWords() {
  const t = useText(revisionTexts)
  const language = useLanguage()
  const now = useNow(60_000)
  const { id } = useFlow().document.flow
  const { revisions } = useRevisions(id, true)
  const { number, base } = useChosen(id)
  const revision = revisions?.find((one) => one.number === number)
  if (number === undefined || !revision) return t('history')
  if (base === 'draft') return t('bannerAgainstDraft', { number })
  if (base === 'nothing') return t('banner', { number, when: formatAgo(revision.at, now, language) })
  return t('bannerAgainst', { number, base })
}
