import { Component, type ReactNode } from 'react'
import { textsIn } from '../i18n/define-texts.ts'
import { currentLanguage } from '../i18n/language.ts'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'
import { crashTexts } from './texts.ts'

interface State {
  readonly error?: unknown
}

/** Catches what a page throws while it is drawn: says so, and offers to load it anew. Drafts are on the server. */
export class CrashGuard extends Component<{ readonly children: ReactNode }, State> {
  override state: State = {}

  static getDerivedStateFromError(error: unknown): State {
    return { error }
  }

  override render() {
    if (!('error' in this.state)) return this.props.children
    const t = textsIn(crashTexts, currentLanguage())
    const { error } = this.state
    return (
      <main style={{ display: 'grid', placeItems: 'center', height: '100%' }}>
        <EmptyState
          level={1}
          icon="octagon-alert"
          title={t('title')}
          about={t('about', { message: error instanceof Error ? error.message : String(error) })}
          actions={
            <Button variant="primary" icon="refresh-cw" onClick={() => location.reload()}>
              {t('reload')}
            </Button>
          }
        />
      </main>
    )
  }
}
