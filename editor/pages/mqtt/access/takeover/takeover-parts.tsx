import { type ReactNode, useState } from 'react'
import type { AccessRule, Takeover, TakeoverBridge, TakeoverNote } from '../../../../api/types.ts'
import { problemText } from '../../../../i18n/error-text.ts'
import { useLanguage } from '../../../../i18n/language.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { Badge } from '../../../../ui/badge.tsx'
import { Button } from '../../../../ui/button.tsx'
import { Icon } from '../../../../ui/icon.tsx'
import { limitGroups } from '../../status/limit-fields.ts'
import { statusTexts } from '../../status/texts.ts'
import { RuleSentence } from '../rule-sentence.tsx'
import styles from './takeover.module.css'
import { takeoverTexts } from './texts.ts'

const SHOWN_AT_FIRST = 20

interface PartProps<Item> {
  readonly title: string
  readonly about?: string
  readonly items: readonly Item[]
  readonly draw: (item: Item) => ReactNode
  /** Short ones stand side by side. */
  readonly isInline?: boolean
}

/** One part of what comes along; of a long one, its beginning until somebody asks for more. */
function Part<Item>({ title, about, items, draw, isInline }: PartProps<Item>) {
  const t = useText(takeoverTexts)
  const [isWhole, setWhole] = useState(false)
  if (items.length === 0) return null
  const shown = isWhole ? items : items.slice(0, SHOWN_AT_FIRST)
  return (
    <section className={styles.part}>
      <h3>
        {title} <Badge>{items.length}</Badge>
      </h3>
      {about && <p className={styles.quiet}>{about}</p>}
      <ul className={isInline ? styles.inline : styles.list}>
        {shown.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list comes whole, and as a whole gives way to another
          <li key={index}>{draw(item)}</li>
        ))}
      </ul>
      {shown.length < items.length && (
        <Button variant="ghost" onClick={() => setWhole(true)}>
          {t('showAll', { count: items.length })}
        </Button>
      )}
    </section>
  )
}

export function Accounts({ names }: { readonly names: Takeover['accounts'] }) {
  const t = useText(takeoverTexts)
  return (
    <Part
      title={t('accounts')}
      about={t('accountsAbout')}
      items={names}
      draw={(name) => <Badge>{name}</Badge>}
      isInline
    />
  )
}

export function Rules({ rules }: { readonly rules: Takeover['rules'] }) {
  const t = useText(takeoverTexts)
  return <Part title={t('rules')} items={rules} draw={(rule) => <RuleLine rule={rule} />} />
}

export function RuleLine({ rule }: { readonly rule: Omit<AccessRule, 'id'> }) {
  const isAllowing = rule.effect === 'allow'
  return (
    <span className={styles.rule} data-effect={rule.effect}>
      <Icon name={isAllowing ? 'circle-check' : 'circle-x'} size={16} />
      <span>
        <RuleSentence rule={rule} />
      </span>
    </span>
  )
}

export function Limits({ limits }: { readonly limits: Takeover['limits'] }) {
  const t = useText(takeoverTexts)
  return <Part title={t('limits')} items={limits} draw={(limit) => <LimitLine {...limit} />} />
}

function LimitLine({ name, before, after }: Takeover['limits'][number]) {
  const t = useText(takeoverTexts)
  const ofStatus = useText(statusTexts)
  const language = useLanguage()
  const field = limitGroups.flatMap(({ fields }) => [...fields]).find((one) => one.name === name)
  const written = (count: number) => {
    const inUnit = (count / (field?.factor ?? 1)).toLocaleString(language, { maximumFractionDigits: 1 })
    return field?.unit ? `${inUnit} ${field.unit}` : inUnit
  }
  return t('limitChange', {
    name: field ? ofStatus(field.title) : name,
    before: written(before),
    after: written(after),
  })
}

export function Bridges({ bridges }: { readonly bridges: Takeover['bridges'] }) {
  const t = useText(takeoverTexts)
  return (
    <Part
      title={t('bridges')}
      about={t('bridgesAbout')}
      items={bridges}
      draw={(bridge) => <BridgeLine bridge={bridge} />}
    />
  )
}

function BridgeLine({ bridge: { name, host, port, tls, maps } }: { readonly bridge: TakeoverBridge }) {
  const t = useText(takeoverTexts)
  return (
    <>
      <strong>{name}</strong>, {host}:{port}
      {tls && ` (${t('encrypted')})`}
      <ul className={styles.maps}>
        {maps.map(({ direction, filter, localPrefix, remotePrefix, qos }) => (
          <li key={`${direction} ${localPrefix} ${filter} ${remotePrefix}`}>
            {t(`map-${direction}`)} <code>{localPrefix + filter}</code> ↔ <code>{remotePrefix + filter}</code>
            , QoS {qos}
          </li>
        ))}
      </ul>
    </>
  )
}

const noteKinds = ['repaired', 'left-out', 'differs'] as const

/** What a person should know of the files, by kind, with file and line. */
export function Notes({ notes, more }: { readonly notes: Takeover['notes']; readonly more: number }) {
  const t = useText(takeoverTexts)
  return (
    <>
      {noteKinds.map((kind) => (
        <Part
          key={kind}
          title={t(`notes-${kind}`)}
          items={notes.filter((note) => note.kind === kind)}
          draw={(note) => <NoteLine note={note} />}
        />
      ))}
      {more > 0 && <p className={styles.quiet}>{t('moreNotes', { count: more })}</p>}
    </>
  )
}

function NoteLine({ note }: { readonly note: TakeoverNote }) {
  const t = useText(takeoverTexts)
  const language = useLanguage()
  const file = t(note.file)
  return (
    <>
      <span className={styles.place}>{note.line > 0 ? t('place', { file, line: note.line }) : file}</span>
      {problemText(note, language)}
    </>
  )
}
