import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { ConfigField } from './config-field.tsx'
import type { FieldControlProps } from './control-props.ts'
import { EntryButtons } from './entry-buttons.tsx'
import styles from './form.module.css'
import { useForm } from './form-context.ts'
import { type MovedList, withAdded } from './list-moves.ts'
import { heldValue, isVisible, newItem } from './read-fields.ts'
import { formTexts } from './texts.ts'

/** A list that grows, shrinks and can be put in order. */
export function ListControl({ control, field, path, place, value, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const { changeList } = useForm()
  if (field.shape.kind !== 'list') throw new Error(`${place} is no list`)
  const shape = field.shape
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const { least = 0, most = Number.POSITIVE_INFINITY } = shape
  const replace = (index: number, item: unknown) => onChange(items.with(index, item))
  const move = ({ items: next, move }: MovedList<unknown>) =>
    field.meta.makesOutputs ? changeList(field.name, next, move, items.length) : onChange(next)
  const buttons = (index: number) => <EntryButtons items={items} index={index} least={least} onMove={move} />

  const entry = (item: unknown, index: number) => {
    const number = t('entry', { number: index + 1 })
    if (shape.isFlat)
      return shape.fields.map((inner) => (
        <div key={inner.name} className={styles.line}>
          <ConfigField
            field={inner}
            path={path}
            place={`${place}.${index}`}
            values={{ [inner.name]: item }}
            hiddenLabel={number}
            onChange={(next) => replace(index, next ?? '')}
            onLeave={onLeave}
          />
          <span>{buttons(index)}</span>
        </div>
      ))
    const values = isRecord(item) ? item : {}
    return (
      <div className={styles.entry}>
        <div className={styles.entryHead}>
          <span>{number}</span>
          {buttons(index)}
        </div>
        {shape.fields
          .filter((inner) => isVisible(inner, shape.fields, values))
          .map((inner) => (
            <ConfigField
              key={inner.name}
              field={inner}
              path={[...path, inner.name]}
              place={`${place}.${index}.${inner.name}`}
              values={{ ...values, [inner.name]: heldValue(inner, values) }}
              onChange={(next) => replace(index, { ...values, [inner.name]: next })}
              onLeave={onLeave}
            />
          ))}
      </div>
    )
  }

  return (
    <div className={styles.list}>
      {items.length === 0 && <p className={styles.note}>{t('noEntries')}</p>}
      <ol className={styles.list}>
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the entries of a config have no identity but their place
          <li key={index}>{entry(item, index)}</li>
        ))}
      </ol>
      <Button
        id={control.id}
        icon="plus"
        className={styles.add}
        disabled={items.length >= most}
        onClick={() => move(withAdded(items, newItem(shape)))}
      >
        {t('add')}
      </Button>
    </div>
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
