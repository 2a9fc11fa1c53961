import { useState } from 'react'
import { useBridges, useIsOwner } from '../../../api/queries.ts'
import type { Bridge } from '../../../api/types.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import { useNow } from '../../use-now.ts'
import { BridgeDialog } from './bridge-dialog.tsx'
import { BridgeRow } from './bridge-row.tsx'
import { bridgeTexts } from './texts.ts'

/** The bridges to other brokers, how they do, and what waits in them. */
export function BridgesView() {
  const t = useText(bridgeTexts)
  const common = useText(pageTexts)
  const bridges = useBridges()
  const isOwner = useIsOwner()
  const now = useNow(1_000)
  const [edited, setEdited] = useState<Bridge | 'new'>()
  return (
    <Section
      id="bridges"
      title={t('title')}
      about={t('about')}
      actions={
        isOwner && (
          <Button icon="plus" onClick={() => setEdited('new')}>
            {t('add')}
          </Button>
        )
      }
    >
      {bridges.error && <Failed error={bridges.error} retry={bridges.refetch} />}
      {bridges.isPending && <Spinner label={common('loading')} />}
      {bridges.data?.length === 0 && (
        <div className={page.card}>
          <EmptyState icon="arrow-left-right" title={t('empty')} about={t('emptyAbout')} />
        </div>
      )}
      <ul className={`${page.card} ${page.rows}`} hidden={!bridges.data?.length}>
        {bridges.data?.map((bridge) => (
          <BridgeRow key={bridge.id} bridge={bridge} now={now} onEdit={() => setEdited(bridge)} />
        ))}
      </ul>
      {edited && (
        <BridgeDialog bridge={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
    </Section>
  )
}
