import { useState } from 'react'
import { useDiscover } from '../api/queries.ts'
import type { Discovery } from '../api/types.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Combobox } from '../ui/combobox.tsx'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { useForm } from './form-context.ts'
import { PairButton } from './pair-button.tsx'
import { heldValue } from './read-fields.ts'
import { formTexts } from './texts.ts'
import { plainText } from './value-text.ts'

/** Free text, with what the connection finds on its other end; picking one fills in the fields that belong to it. */
export function SuggestControl({ control, field, value, words, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const { config, fields, changeMany } = useForm()
  const [isAsked, setAsked] = useState(false)
  const source = fields.find((other) => other.name === field.meta.suggestFrom)
  const connection = source ? plainText(heldValue(source, config)) : ''
  const found = useDiscover(connection, isAsked)
  const suggestions = (found.data ?? []).map((discovery) => suggest(discovery, field.name))
  const note =
    connection === '' ? t('noConnection') : found.error ? errorText(found.error) : t('nothingFound')

  const pick = (text: string) => {
    const discovery = found.data?.find((each) => suggest(each, field.name).value === text)
    if (discovery) changeMany(discovery.fields)
    onLeave()
  }
  const fill = (paired: Discovery['fields']) => {
    changeMany(paired)
    onLeave()
  }

  const box = (
    <Combobox
      {...control}
      value={plainText(value)}
      onChange={onChange}
      onPick={({ value: picked }) => pick(picked)}
      onBlur={onLeave}
      onOpen={() => setAsked(true)}
      suggestions={suggestions}
      loading={found.isFetching}
      note={note}
      placeholder={words.placeholder}
    />
  )
  if (!field.meta.pairs) return box
  return (
    <div className={styles.withButton}>
      {box}
      <PairButton connection={connection} onFound={({ fields: paired }) => fill(paired)} />
    </div>
  )
}

function suggest({ label, fields }: Discovery, name: string) {
  const value = plainText(fields[name] ?? label)
  return { value, label, ...(value !== label && { about: value }) }
}
