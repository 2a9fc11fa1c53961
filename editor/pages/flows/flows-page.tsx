import { useRef } from 'react'
import { useSearchParams } from 'wouter'
import { useFlows, useMayEdit } from '../../api/queries.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import page from '../page.module.css'
import { Page } from '../page.tsx'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import { useNow } from '../use-now.ts'
import { hasTemplates } from './examples.ts'
import { exportFlows } from './flow-actions.ts'
import { FlowRow } from './flow-row.tsx'
import { Gallery } from './gallery.tsx'
import { importTexts } from './import/texts.ts'
import { importFiles, useImport } from './import-flows.ts'
import { NewFlowDialog } from './new-flow-dialog.tsx'
import { StartPage } from './start/start-page.tsx'
import type { Way } from './start/ways.tsx'
import { flowTexts } from './texts.ts'

const DevicesDialog = lazyPart<{ readonly onClose: () => void }>(
  async () => (await import('./start/devices-dialog.tsx')).DevicesDialog,
)

/** The flows of the house; three ways to begin while there are none. The dialog that is open stands in the address. */
export function FlowsPage() {
  const t = useText(flowTexts)
  const common = useText(pageTexts)
  const exporting = useText(importTexts)
  const flows = useFlows()
  const now = useNow(30_000)
  const mayEdit = useMayEdit()
  const [address, setAddress] = useSearchParams()
  const shown = address.get('show')
  const setShown = (dialog: Way) => setAddress({ show: dialog })
  const close = () => setAddress({}, { replace: true })
  const dialogs = (
    <>
      {shown === 'new' && mayEdit && <NewFlowDialog onClose={close} onChoose={setShown} />}
      {shown === 'devices' && mayEdit && <DevicesDialog onClose={close} />}
      <Dialog
        open={shown === 'templates'}
        onClose={close}
        title={t('templatesTitle')}
        about={t('templatesAbout')}
        width={760}
      >
        <Gallery />
      </Dialog>
    </>
  )

  if (flows.data?.length === 0 && mayEdit)
    return (
      <StartPage onChoose={setShown}>
        <ImportButton />
        {dialogs}
      </StartPage>
    )
  return (
    <Page
      title={t('title')}
      actions={
        mayEdit && (
          <>
            {hasTemplates && (
              <Button compact variant="ghost" icon="layout-template" onClick={() => setShown('templates')}>
                {t('templates')}
              </Button>
            )}
            {flows.data && flows.data.length > 1 && (
              <Button
                compact
                variant="ghost"
                icon="download"
                onClick={() => void exportFlows(flows.data ?? [])}
              >
                {exporting('exportAll')}
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
