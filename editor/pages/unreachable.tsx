import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import page from './page.module.css'
import { pageTexts } from './texts.ts'

interface UnreachableProps {
  readonly error: unknown
  readonly retry: () => unknown
}

/** The whole page while the server does not answer. Whoever shows it asks again. */
export const Unreachable = ({ error, retry }: UnreachableProps) => {
  const t = useText(pageTexts)
  return (
    <main className={page.centre}>
      <EmptyState
        level={1}
        icon="unplug"
        title={t('unreachable')}
        about={`${errorText(error)} ${t('knocking')}`}
        actions={<TryAgain retry={retry} />}
      />
    </main>
  )
}

interface FailedProps extends UnreachableProps {
  readonly title?: string
  readonly level?: 1 | 2
}

/** What stands in place of a list that could not be loaded. */
export function Failed({ title, error, retry, level = 2 }: FailedProps) {
  const t = useText(pageTexts)
  return (
    <EmptyState
      level={level}
      icon="unplug"
      title={title ?? t('loadFailed')}
      about={errorText(error)}
      actions={<TryAgain retry={retry} />}
    />
  )
}

function TryAgain({ retry }: Pick<UnreachableProps, 'retry'>) {
  const t = useText(pageTexts)
  return (
    <Button icon="refresh-cw" onClick={() => retry()}>
      {t('tryAgain')}
    </Button>
  )
}
