import { useLocation } from 'wouter'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import page from './page.module.css'
import { useTitle } from './page.tsx'
import { pageTexts } from './texts.ts'

/** An address that leads nowhere. */
export function NotFoundPage() {
  const t = useText(pageTexts)
  useTitle(t('notFound'))
  const [, navigate] = useLocation()
  return (
    <div className={page.centre}>
      <EmptyState
        level={1}
        icon="door-open"
        title={t('notFound')}
        about={t('notFoundAbout')}
        actions={
          <Button variant="primary" onClick={() => navigate('/flows')}>
            {t('toFlows')}
          </Button>
        }
      />
    </div>
  )
}
