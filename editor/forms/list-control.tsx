import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfigField } from './config-field.tsx'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { heldValue, isVisible, newItem } from './read-fields.ts'
import { formTexts } from './texts.ts'

/** A list that grows, shrinks and can be put in order. */
export function ListControl({ control, field, path, place, value, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  if (field.shape.kind !== 'list') throw new Error(`${place} is no list`)
  const shape = field.shape
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const replace = (index: number, item: unknown) => onChange(items.with(index, item))
  const remove = (index: number) => onChange(items.toSpliced(index, 1))
  const move = (index: number, step: number) => {
    const target = index + step
    onChange(items.with(index, items[target]).with(target, items[index]))
  }

  const buttons = (index: number) => (
    <>
      <IconButton
        icon="arrow-up"
        size="small"
        label={t('moveUp')}
        disabled={index === 0}
        onClick={() => move(index, -1)}
      />
      <IconButton
        icon="arrow-down"
        size="small"
        label={t('moveDown')}
        disabled={index === items.length - 1}
        onClick={() => move(index, 1)}
      />
      <IconButton icon="trash-2" size="small" label={t('remove')} onClick={() => remove(index)} />
    </>
  )

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
        onClick={() => onChange([...items, newItem(shape)])}
      >
        {t('add')}
      </Button>
    </div>
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
