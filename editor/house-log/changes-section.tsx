import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/api.ts'
import { keys, useMayEdit } from '../api/queries.ts'
import type { HouseChange } from '../api/types.ts'
import { errorText } from '../i18n/error-text.ts'
import { formatMoment } from '../i18n/format.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import page from '../pages/page.module.css'
import { Section } from '../pages/section.tsx'
import { useNow } from '../pages/use-now.ts'
import { Button } from '../ui/button.tsx'
import { FormError } from '../ui/form-error.tsx'
import { Icon } from '../ui/icon.tsx'
import { houseLogTexts } from './texts.ts'
import { houseLogTitles } from './titles.ts'
import { undoHouseChange } from './undo-house.ts'

const icons: Readonly<Record<HouseChange['kind'], string>> = {
  connection: 'plug',
  flow: 'workflow',
  rule: 'shield-check',
  doors: 'key-round',
  limits: 'sliders-horizontal',
  listeners: 'radio-tower',
  'token-settings': 'key-round',
  bridge: 'cable',
  user: 'users',
  token: 'key-round',
  key: 'key-round',
  certificate: 'shield-check',
}
const SHOWN = 8

/** What people have done to the house, newest first, with the way back. */
export function ChangesSection() {
  const t = useText(houseLogTexts)
  const { data, error } = useQuery({ queryKey: keys.houseLog, queryFn: api.log.list })
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? data : data?.slice(0, SHOWN)
  return (
    <Section id="changes" title={t('title')} about={t('about')}>
      {error && <FormError text={errorText(error)} />}
      <ul className={`${page.card} ${page.rows}`} hidden={!shown}>
        {shown?.length === 0 && <li className={`${page.padded} ${page.aside}`}>{t('none')}</li>}
        {shown?.map((change) => (
          <ChangeRow key={change.number} change={change} />
        ))}
      </ul>
      {!isWhole && (data?.length ?? 0) > SHOWN && (
        <Button variant="ghost" onClick={() => setWhole(true)}>
          {t('more')}
        </Button>
      )}
    </Section>
  )
}

function ChangeRow({ change }: { readonly change: HouseChange }) {
  const t = useText(houseLogTexts)
  const titles = useText(houseLogTitles)
  const language = useLanguage()
  const now = useNow(60_000)
  const mayEdit = useMayEdit()
  const [busy, setBusy] = useState(false)
  const { kind, what, name, by, number, undoes, undoneBy } = change
  const title =
    kind === 'doors' || kind === 'limits' || kind === 'listeners' || kind === 'token-settings'
      ? titles(kind)
      : t(`${kind}.${what}`, { name })
  const about = [
    t('by', { name: by, at: formatMoment(change.at, now, language) }),
    ...(undoes === undefined ? [] : [t('undoes')]),
    ...(undoneBy === undefined ? [] : [t('isUndone')]),
    ...(change.isFinal ? [t('final')] : []),
  ]
  return (
    <li className={page.row}>
      <span className={page.rowIcon}>
        <Icon name={icons[kind]} size={18} />
      </span>
      <div className={page.rowMain}>
        <span className={page.rowTitle}>{title}</span>
        <span className={page.rowAbout}>{about.join(' · ')}</span>
      </div>
      {mayEdit && undoneBy === undefined && !change.isFinal && (
        <Button
          icon="undo-2"
          busy={busy}
          aria-label={t('undoOne', { what: title })}
          onClick={() => {
            setBusy(true)
            void undoHouseChange(number).finally(() => setBusy(false))
          }}
        >
          {titles('undo')}
        </Button>
      )}
    </li>
  )
}
