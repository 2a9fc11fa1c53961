import { kinds } from '#kit/kinds.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { issueAt } from './config-issues.ts'
import type { FieldControlProps } from './control-props.ts'
import { EntryButtons } from './entry-buttons.tsx'
import styles from './form.module.css'
import { useForm } from './form-context.ts'
import { type MovedList, withAdded } from './list-moves.ts'
import { formTexts } from './texts.ts'

interface NamedPort {
  readonly title?: string
  readonly kind?: string
}

/** Named outputs in their order, each with what it carries. */
export function PortsControl({ control, field, path, place, value, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const texts = useNodeTexts()
  const { definition, issues, changeList } = useForm()
  if (field.shape.kind !== 'list') throw new Error(`${place} is no list`)
  const { fields, least = 0, most = Number.POSITIVE_INFINITY } = field.shape
  const ports = readPorts(value)
  const move = ({ items, move }: MovedList<NamedPort>) => changeList(field.name, items, move, ports.length)
  const replace = (index: number, change: NamedPort) =>
    onChange(ports.with(index, { ...ports[index], ...change }))
  const wordsOf = (name: keyof NamedPort) =>
    texts.field(definition, [...path, name], fields.find((inner) => inner.name === name)?.meta ?? {})
  const [title, kind] = [wordsOf('title'), wordsOf('kind')]

  return (
    <div className={styles.list}>
      <ol className={styles.list}>
        {ports.map((port, index) => {
          const number = t('output', { number: index + 1 })
          const issue = issueAt(issues, `${place}.${index}`, true)
          const issueId = `${control.id}-${index}`
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the entries of a config have no identity but their place
            <li key={index} className={styles.port} data-kind={port.kind ?? 'any'}>
              <i aria-hidden="true" />
              <TextField
                id={index === 0 ? control.id : undefined}
                aria-label={`${number}: ${title.title}`}
                aria-invalid={issue !== undefined}
                aria-describedby={issue && issueId}
                value={port.title ?? ''}
                maxLength={40}
                placeholder={number}
                onChange={(next) => replace(index, { title: next })}
                onBlur={onLeave}
              />
              <span>
                <EntryButtons items={ports} index={index} least={least} onMove={move} />
              </span>
              <Select
                aria-label={`${number}: ${kind.title}`}
                value={port.kind ?? 'any'}
                onChange={(next) => replace(index, { kind: next })}
                options={kinds.map((name) => ({ value: name, label: kind.option(name) }))}
              />
              {issue && (
                <small id={issueId} className={styles.wrong}>
                  {issue}
                </small>
              )}
            </li>
          )
        })}
      </ol>
      <Button
        icon="plus"
        className={styles.add}
        disabled={ports.length >= most}
        onClick={() => move(withAdded(ports, {}))}
      >
        {t('addOutput')}
      </Button>
    </div>
  )
}

/** A number stands for so many without names. */
function readPorts(value: unknown): readonly NamedPort[] {
  if (Array.isArray(value))
    return value.map((port) => (typeof port === 'object' && port !== null ? port : {}))
  return typeof value === 'number' && value >= 1
    ? Array.from({ length: Math.min(value, 64) }, () => ({}))
    : []
}
