import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../../api/api.ts'
import { queryClient } from '../../../../api/queries.ts'
import type { Takeover, TakeoverRequest } from '../../../../api/types.ts'
import { errorText } from '../../../../i18n/error-text.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { Button } from '../../../../ui/button.tsx'
import { Dialog } from '../../../../ui/dialog.tsx'
import { FormError } from '../../../../ui/form-error.tsx'
import { Icon } from '../../../../ui/icon.tsx'
import { Spinner } from '../../../../ui/spinner.tsx'
import { Checkbox } from '../../../../ui/switch.tsx'
import page from '../../../page.module.css'
import { pageTexts } from '../../../texts.ts'
import { Losses } from '../losses.tsx'
import { type ChosenFiles, FileRows } from './file-rows.tsx'
import { fileKinds } from './sort-files.ts'
import styles from './takeover.module.css'
import { Accounts, Bridges, Limits, Notes, RuleLine, Rules } from './takeover-parts.tsx'
import { takeoverTexts } from './texts.ts'

/** Takes a Mosquitto over: its files are chosen, what they would change is shown, and then it is done. */
export function TakeoverDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(takeoverTexts)
  const common = useText(pageTexts)
  const [files, setFiles] = useState<ChosenFiles>({})
  const [removeWideRules, setRemoveWideRules] = useState(true)
  const request = requestOf(files, removeWideRules)
  const hasFiles = Object.values(files).some((file) => file !== undefined)
  const preview = useQuery({
    queryKey: ['takeover', request],
    queryFn: () => api.access.previewTakeover(request),
    enabled: hasFiles,
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  })
  const apply = useMutation({
    mutationFn: () => api.access.takeOver(request),
    onSuccess: () =>
      queryClient.invalidateQueries({ predicate: ({ queryKey: [name] }) => name !== 'takeover' }),
  })
  const shown = hasFiles && !preview.error ? preview.data : undefined
  if (apply.data) return <Done takeover={apply.data} tookWideRules={removeWideRules} onClose={onClose} />
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('title')}
      about={t('about')}
      width={640}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant="primary"
            busy={apply.isPending}
            disabled={!shown || preview.isFetching || !isChange(shown, removeWideRules)}
            onClick={() => apply.mutate()}
          >
            {t('apply')}
          </Button>
        </>
      }
    >
      <div className={page.form}>
        <FileRows files={files} onChange={setFiles} />
        {hasFiles && preview.isPending && <Spinner label={common('loading')} />}
        {hasFiles && preview.error && <FormError text={errorText(preview.error)} />}
        {shown && (
          <Preview
            takeover={shown}
            removeWideRules={removeWideRules}
            onRemoveWideRules={setRemoveWideRules}
          />
        )}
        {apply.error && <FormError text={errorText(apply.error)} />}
      </div>
    </Dialog>
  )
}

const requestOf = (files: ChosenFiles, removeWideRules: boolean): TakeoverRequest => ({
  ...Object.fromEntries(fileKinds.flatMap((kind) => (files[kind] ? [[kind, files[kind].text]] : []))),
  removeWideRules,
})

const isChange = (
  { accounts, rules, wideRules, limits, bridges }: Takeover,
  removeWideRules: boolean,
): boolean =>
  accounts.length + rules.length + limits.length + bridges.length > 0 ||
  (removeWideRules && wideRules.length > 0)

interface PreviewProps {
  readonly takeover: Takeover
  readonly removeWideRules: boolean
  readonly onRemoveWideRules: (remove: boolean) => void
}

function Preview({ takeover, removeWideRules, onRemoveWideRules }: PreviewProps) {
  const t = useText(takeoverTexts)
  const { wideRules, losses } = takeover
  return (
    <div className={styles.preview} aria-live="polite">
      {!isChange(takeover, true) && <p className={styles.quiet}>{t('nothingNew')}</p>}
      <Accounts names={takeover.accounts} />
      <Rules rules={takeover.rules} />
      {wideRules.length > 0 && (
        <div className={styles.wide}>
          <p>{t('wide', { count: wideRules.length })}</p>
          <ul className={styles.list}>
            {wideRules.map((rule) => (
              <li key={rule.id}>
                <RuleLine rule={rule} />
              </li>
            ))}
          </ul>
          <Checkbox label={t('removeWide')} checked={removeWideRules} onChange={onRemoveWideRules} />
          {!removeWideRules && <p className={styles.quiet}>{t('wideStay')}</p>}
        </div>
      )}
      {losses.length > 0 && <Losses losses={losses} />}
      <Limits limits={takeover.limits} />
      <Bridges bridges={takeover.bridges} />
      <Notes notes={takeover.notes} more={takeover.moreNotes} />
    </div>
  )
}

interface DoneProps {
  readonly takeover: Takeover
  readonly tookWideRules: boolean
  readonly onClose: () => void
}

/** What has changed, and what remains to be done. */
function Done({ takeover, tookWideRules, onClose }: DoneProps) {
  const t = useText(takeoverTexts)
  const { accounts, rules, wideRules, limits, bridges, notes, moreNotes } = takeover
  const counts = [
    ['doneAccounts', accounts.length],
    ['doneRules', rules.length],
    ['doneWideRules', tookWideRules ? wideRules.length : 0],
    ['doneLimits', limits.length],
    ['doneBridges', bridges.length],
  ] as const
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('doneTitle')}
      width={640}
      actions={
        <Button variant="primary" onClick={onClose}>
          {t('close')}
        </Button>
      }
    >
      <div className={styles.preview}>
        <ul className={styles.done}>
          {counts.map(
            ([text, count]) =>
              count > 0 && (
                <li key={text}>
                  <Icon name="circle-check" size={18} />
                  {t(text, { count })}
                </li>
              ),
          )}
        </ul>
        <p>{t('doneNext')}</p>
        <Notes notes={notes} more={moreNotes} />
      </div>
    </Dialog>
  )
}
