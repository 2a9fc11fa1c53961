import { useState } from 'react'
import type { Catalogue } from '#flows/catalogue.ts'
import type { Difference, Mark } from '#flows/diff.ts'
import type { FlowNode } from '#flows/flow.ts'
import { markIcons, marks } from '../canvas/mark-icons.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import styles from './deploy.module.css'
import { FieldChange } from './field-change.tsx'
import type { Names } from './names.ts'
import { deployTexts } from './texts.ts'

/** Up to this many, what has changed within each shows at once. */
const OPEN_UP_TO = 6
/** More rows come when they are asked for. */
const ROWS = 200

interface ChangeListProps {
  readonly differences: readonly Difference[]
  readonly names: Names
  readonly catalogue: Catalogue
  /** Missing where it cannot be shown on the canvas. */
  readonly onJump: (difference: Difference) => void
}

/** Everything that differs, one thing a row: a press shows it on the canvas, another opens what has changed within. */
export function ChangeList({ differences, names, catalogue, onJump }: ChangeListProps) {
  const t = useText(deployTexts)
  const [rows, setRows] = useState(ROWS)
  if (differences.length === 0) return <p className={styles.quiet}>{t('noChanges')}</p>
  const left = differences.length - rows
  return (
    <>
      <Legend differences={differences} />
      <ul className={styles.changes}>
        {differences.slice(0, rows).map((difference) => (
          <Change
            key={`${difference.kind} ${difference.in ?? ''} ${difference.id}`}
            difference={difference}
            names={names}
            catalogue={catalogue}
            startsOpen={differences.length <= OPEN_UP_TO}
            onJump={onJump}
          />
        ))}
      </ul>
      {left > 0 && (
        <Button variant="ghost" onClick={() => setRows(rows + ROWS)}>
          {t('showAll', { count: Math.min(left, ROWS) })}
        </Button>
      )}
    </>
  )
}

/** How many there are of each kind, which explains the marks on the canvas as well. */
function Legend({ differences }: Pick<ChangeListProps, 'differences'>) {
  const t = useText(deployTexts)
  const counts = new Map<Mark, number>()
  for (const { mark } of differences) counts.set(mark, (counts.get(mark) ?? 0) + 1)
  return (
    <ul className={styles.legend} aria-label={t('legend')}>
      {marks.map((mark) => {
        const count = counts.get(mark)
        return (
          count !== undefined && (
            <li key={mark}>
              <MarkIcon mark={mark} />
              {t('legendEntry', { mark: t(`mark.${mark}`), count })}
            </li>
          )
        )
      })}
    </ul>
  )
}

const MarkIcon = ({ mark }: { readonly mark: Mark }) => (
  <span className={styles.mark} data-mark={mark} aria-hidden="true">
    <Icon name={markIcons[mark]} size={12} />
  </span>
)

interface ChangeProps extends Omit<ChangeListProps, 'differences'> {
  readonly difference: Difference
  readonly startsOpen: boolean
}

function Change({ difference, names, catalogue, startsOpen, onJump }: ChangeProps) {
  const t = useText(deployTexts)
  const [isOpen, setOpen] = useState(startsOpen)
  const { kind, mark, in: scope, fields, before, after } = difference
  const name = names.of(difference)
  const kindText = t(`kind.${kind}`)
  const isPlain = kind === 'node' || kind === 'wire' || kindText === name
  const about = [isPlain ? '' : kindText, scopeText()].filter(Boolean)
  const definition = kind === 'node' ? catalogue.nodes.get(((after ?? before) as FlowNode).type) : undefined
  // A place is seen on the canvas, and means nothing as a number.
  const shown = fields.filter(({ path }) => path[0] !== 'at')

  function scopeText(): string {
    return scope === undefined ? '' : t('inSubflow', { name: names.subflow(scope) })
  }
  return (
    <li className={styles.change}>
      <div className={styles.changeHead}>
        <button
          type="button"
          className={styles.jump}
          title={t('jump', { name })}
          onClick={() => onJump(difference)}
        >
          <MarkIcon mark={mark} />
          <span className="visually-hidden">{t(`mark.${mark}`)}: </span>
          <span className={styles.changeName}>{name}</span>
          {about.length > 0 && <small>{about.join(' ')}</small>}
        </button>
        {shown.length > 0 && (
          <IconButton
            icon={isOpen ? 'chevron-up' : 'chevron-down'}
            size="small"
            label={t('details', { name })}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          />
        )}
      </div>
      {isOpen && shown.length > 0 && (
        <dl className={styles.fields}>
          {shown.map((change) => (
            <FieldChange key={change.path.join('.')} change={change} definition={definition} />
          ))}
        </dl>
      )}
    </li>
  )
}
