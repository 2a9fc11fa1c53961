import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import styles from './json-tree.module.css'
import { kitTexts } from './texts.ts'

/** Members of one object or list that are drawn at once; the rest comes on demand. */
const AT_ONCE = 100

interface JsonTreeProps {
  readonly value: unknown
  /** What the value is called, where it has a name. */
  readonly name?: string
  /** Levels that stand open. */
  readonly open?: number
}

/** A value of JSON to look into: objects and lists open and close. */
export function JsonTree({ value, name, open = 1 }: JsonTreeProps) {
  if (typeof value !== 'object' || value === null) return <Leaf name={name} value={value} />
  const entries = Object.entries(value)
  const isList = Array.isArray(value)
  if (entries.length === 0) return <Leaf name={name} value={value} />
  return (
    <details className={styles.branch} open={open > 0}>
      <summary>
        <Name name={name} />
        <span className={styles.about}>{isList ? `[${entries.length}]` : `{${entries.length}}`}</span>
      </summary>
      <Members entries={entries} open={open - 1} />
    </details>
  )
}

function Members({
  entries,
  open,
}: {
  readonly entries: readonly (readonly [string, unknown])[]
  readonly open: number
}) {
  const t = useText(kitTexts)
  const [shown, setShown] = useState(AT_ONCE)
  return (
    <ul className={styles.members}>
      {entries.slice(0, shown).map(([key, member]) => (
        <li key={key}>
          <JsonTree name={key} value={member} open={open} />
        </li>
      ))}
      {entries.length > shown && (
        <li>
          <button type="button" className={styles.more} onClick={() => setShown(shown + AT_ONCE)}>
            {t('moreMembers', { count: entries.length - shown })}
          </button>
        </li>
      )}
    </ul>
  )
}

function Leaf({ name, value }: { readonly name: string | undefined; readonly value: unknown }) {
  return (
    <div className={styles.leaf}>
      <Name name={name} />
      <span data-type={value === null ? 'null' : typeof value}>{JSON.stringify(value) ?? '–'}</span>
    </div>
  )
}

const Name = ({ name }: { readonly name: string | undefined }) =>
  name === undefined ? null : <span className={styles.name}>{name}: </span>
