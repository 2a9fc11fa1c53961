import { type ReactNode, useRef } from 'react'
import { useSearchParams } from 'wouter'
import { useFlows, useMayEdit } from '../../api/queries.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import page from '../page.module.css'
import { Page, useTitle } from '../page.tsx'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import { useNow } from '../use-now.ts'
import { hasExamples } from './examples.ts'
import { FlowRow } from './flow-row.tsx'
import styles from './flows.module.css'
import { Gallery } from './gallery.tsx'
import { importFiles, useImport } from './import-flows.ts'
import { NewFlowDialog } from './new-flow-dialog.tsx'
import { flowTexts } from './texts.ts'

/** The flows of the house; a gallery of examples while there are none. The dialog that is open stands in the address. */
export function FlowsPage() {
  const t = useText(flowTexts)
  const common = useText(pageTexts)
  const flows = useFlows()
  const now = useNow(30_000)
  const mayEdit = useMayEdit()
  const [address, setAddress] = useSearchParams()
  const shown = address.get('show')
  const setShown = (dialog: 'new' | 'examples') => setAddress({ show: dialog })
  const close = () => setAddress({}, { replace: true })
  const dialogs = (
    <>
      {shown === 'new' && mayEdit && <NewFlowDialog onClose={close} />}
      <Dialog
        open={shown === 'examples'}
        onClose={close}
        title={t('examplesTitle')}
        about={t('examplesAbout')}
        width={760}
      >
        <Gallery />
      </Dialog>
    </>
  )

  if (flows.data?.length === 0 && mayEdit) return <Start onNew={() => setShown('new')}>{dialogs}</Start>
  return (
    <Page
      title={t('title')}
      actions={
        mayEdit && (
          <>
            {hasExamples && (
              <Button compact variant="ghost" icon="layout-template" onClick={() => setShown('examples')}>
                {t('examples')}
              </Button>
            )}
            <ImportButton compact />
            <Button variant="primary" icon="plus" onClick={() => setShown('new')}>
              {t('newFlow')}
            </Button>
          </>
        )
      }
    >
      {flows.error && <Failed error={flows.error} retry={flows.refetch} />}
      {flows.isPending && <Spinner label={common('loading')} />}
      {flows.data?.length === 0 && (
        <div className={page.card}>
          <EmptyState icon="workflow" title={t('noFlows')} about={t('noFlowsAbout')} />
        </div>
      )}
      {flows.data && flows.data.length > 0 && (
        <ul className={`${page.card} ${page.rows}`}>
          {flows.data.map((flow) => (
            <FlowRow key={flow.id} flow={flow} now={now} />
          ))}
        </ul>
      )}
      {dialogs}
    </Page>
  )
}

/** The first page after set-up. */
function Start({ onNew, children }: { readonly onNew: () => void; readonly children: ReactNode }) {
  const t = useText(flowTexts)
  useTitle(t('title'))
  return (
    <div className={styles.start}>
      <header>
        <h1>{t('welcome')}</h1>
        <p>{t('welcomeAbout')}</p>
      </header>
      <Gallery onEmpty={onNew} />
      <ImportButton />
      {children}
    </div>
  )
}

function ImportButton({ compact = false }: { readonly compact?: boolean }) {
  const t = useText(flowTexts)
  const isBusy = useImport((state) => state.isBusy)
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button compact={compact} icon="file-up" busy={isBusy} onClick={() => input.current?.click()}>
        {t('import')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        multiple
        hidden
        aria-label={t('import')}
        onChange={(event) => {
          void importFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </>
  )
}
