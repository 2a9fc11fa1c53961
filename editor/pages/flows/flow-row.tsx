import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useMayEdit } from '../../api/queries.ts'
import type { FlowSummary } from '../../api/types.ts'
import { GuaranteeBadge } from '../../guarantee/guarantee-badge.tsx'
import type { Translate } from '../../i18n/define-texts.ts'
import { formatAgo, formatDateTime } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Menu, type MenuItem } from '../../ui/menu.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import page from '../page.module.css'
import { deleteFlow, deployFlow, duplicateFlow, exportFlow, stopFlow } from './flow-actions.ts'
import styles from './flows.module.css'
import { flowTexts } from './texts.ts'

/** One flow of the list: how it is, and what can be done with it. */
export function FlowRow({ flow, now }: { readonly flow: FlowSummary; readonly now: number }) {
  const t = useText(flowTexts)
  const language = useLanguage()
  const [, navigate] = useLocation()
  const [isDeleting, setDeleting] = useState(false)
  const mayEdit = useMayEdit()
  const path = `/flows/${flow.id}`

  return (
    <li className={classNames(page.row, page.stacked)}>
      <div className={page.rowMain}>
        <Link href={path} className={page.rowTitle}>
          {flow.name}
        </Link>
        {flow.description && <span className={page.rowAbout}>{flow.description}</span>}
      </div>
      <span className={page.badges}>
        <StateBadge flow={flow} />
        <GuaranteeBadge guarantee={flow.guarantee} onJump={(node) => navigate(`${path}?node=${node}`)} />
      </span>
      <Tooltip text={formatDateTime(flow.updatedAt, language)}>
        <span className={page.aside}>{t('updated', { ago: formatAgo(flow.updatedAt, now, language) })}</span>
      </Tooltip>
      <Menu
        items={[
          { label: t('open'), icon: 'arrow-right', onSelect: () => navigate(path) },
          { label: t('export'), icon: 'download', onSelect: () => void exportFlow(flow) },
          ...(mayEdit ? editItems(flow, t, () => setDeleting(true)) : []),
        ]}
      >
        <IconButton
          icon="ellipsis-vertical"
          label={t('actions', { name: flow.name })}
          className={styles.menu}
        />
      </Menu>
      <ConfirmDialog
        open={isDeleting}
        onClose={() => setDeleting(false)}
        onConfirm={() => {
          setDeleting(false)
          void deleteFlow(flow)
        }}
        title={t('deleteTitle', { name: flow.name })}
        about={t('deleteAbout')}
        action={t('delete')}
        dangerous
      />
    </li>
  )
}

function editItems(flow: FlowSummary, t: Translate<typeof flowTexts.en>, onDelete: () => void): MenuItem[] {
  const isRunning = flow.running !== undefined
  return [
    {
      label: t('deploy'),
      icon: 'rocket',
      separator: true,
      disabled: isRunning && !flow.changed && !flow.heldBack,
      onSelect: () => void deployFlow(flow),
    },
    { label: t('stop'), icon: 'circle-stop', disabled: !isRunning, onSelect: () => void stopFlow(flow) },
    { label: t('duplicate'), icon: 'copy', onSelect: () => void duplicateFlow(flow) },
    { label: t('delete'), icon: 'trash-2', separator: true, dangerous: true, onSelect: onDelete },
  ]
}

function StateBadge({ flow }: { readonly flow: FlowSummary }) {
  const t = useText(flowTexts)
  return (
    <>
      {!flow.trusted && (
        <Tooltip text={t('untrustedAbout')}>
          <span>
            <Badge tone="accent" icon="shield-alert">
              {t('untrusted')}
            </Badge>
          </span>
        </Tooltip>
      )}
      {flow.quarantine ? (
        <Badge tone="error" icon="octagon-alert">
          {t('quarantined')}
        </Badge>
      ) : flow.heldBack ? (
        <Badge tone="warn" icon="triangle-alert">
          {t('heldBack')}
        </Badge>
      ) : flow.running !== undefined ? (
        <Badge tone="ok" icon="play">
          {t('running')}
        </Badge>
      ) : (
        <Badge icon={flow.changed ? 'pencil' : 'circle-stop'}>
          {flow.changed ? t('neverDeployed') : t('stopped')}
        </Badge>
      )}
      {flow.running !== undefined && flow.changed && (
        <Badge tone="accent" icon="pencil">
          {t('changed')}
        </Badge>
      )}
    </>
  )
}
