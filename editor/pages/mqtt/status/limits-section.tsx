import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient, useBrokerLimits, useIsOwner } from '../../../api/queries.ts'
import type { BrokerLimits } from '../../../api/types.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { FormError } from '../../../ui/form-error.tsx'
import { NumberField } from '../../../ui/number-field.tsx'
import { notify } from '../../../ui/toast.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { Failed } from '../../unreachable.tsx'
import { type LimitField, limitGroups } from './limit-fields.ts'
import styles from './status.module.css'
import { statusTexts } from './texts.ts'

/** What one client, or all together, may take of the machine. */
export function LimitsSection() {
  const t = useText(statusTexts)
  const limits = useBrokerLimits()
  return (
    <Section id="limits" title={t('limits')} about={t('limitsAbout')}>
      {limits.error && <Failed error={limits.error} retry={limits.refetch} />}
      {limits.data && <LimitsForm key={JSON.stringify(limits.data.limits)} {...limits.data} />}
    </Section>
  )
}

function LimitsForm({ limits, ranges }: BrokerLimits) {
  const t = useText(statusTexts)
  const isOwner = useIsOwner()
  const [values, setValues] = useState(limits)
  const save = useMutation({
    mutationFn: api.brokerStatus.setLimits,
    onSuccess: () => {
      notify.ok(t('limitsSaved'))
      return queryClient.invalidateQueries({ queryKey: keys.brokerLimits })
    },
  })
  const names = Object.keys(limits)
  const isChanged = names.some((name) => values[name] !== limits[name])
  const isStandard = names.every((name) => values[name] === ranges[name]?.default)
  const isWrong = names.some((name) => isOutside(values[name], ranges[name]))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(values)
  }
  return (
    <form className={`${page.card} ${page.padded} ${styles.limits}`} onSubmit={submit} noValidate>
      {limitGroups.map(({ title, fields }) => (
        <fieldset key={title} className={styles.limitGroup}>
          <legend>{t(title)}</legend>
          {fields.map((field) => (
            <LimitInput
              key={field.name}
              field={field}
              value={values[field.name]}
              range={ranges[field.name]}
              disabled={!isOwner}
              onChange={(value) => setValues({ ...values, [field.name]: value })}
            />
          ))}
        </fieldset>
      ))}
      {save.error && <FormError text={errorText(save.error)} />}
      {isOwner && (
        <div className={styles.limitActions}>
          <Button
            disabled={isStandard}
            onClick={() =>
              setValues(Object.fromEntries(names.map((name) => [name, ranges[name]?.default ?? 0])))
            }
          >
            {t('limitsStandard')}
          </Button>
          <Button variant="primary" type="submit" busy={save.isPending} disabled={!isChanged || isWrong}>
            {t('limitsSave')}
          </Button>
        </div>
      )}
    </form>
  )
}

interface LimitInputProps {
  readonly field: LimitField
  readonly value: number | undefined
  readonly range: BrokerLimits['ranges'][string] | undefined
  readonly disabled: boolean
  readonly onChange: (value: number) => void
}

function LimitInput({ field, value, range, disabled, onChange }: LimitInputProps) {
  const t = useText(statusTexts)
  const language = useLanguage()
  const { title, about, unit, factor = 1 } = field
  const inUnit = (count: number) => Number((count / factor).toPrecision(6))
  const written = (count: number) => `${inUnit(count).toLocaleString(language)}${unit ? ` ${unit}` : ''}`
  if (range === undefined) return null
  return (
    <Field
      label={t(title)}
      hint={`${t(about)} ${t('limitStandard', { value: written(range.default) })}`}
      error={
        isOutside(value, range)
          ? t('limitRange', { least: written(range.minimum), most: written(range.maximum) })
          : undefined
      }
    >
      {(control) => (
        <NumberField
          {...control}
          value={value === undefined || Number.isNaN(value) ? undefined : inUnit(value)}
          onChange={(next) => onChange(next === undefined ? Number.NaN : Math.round(next * factor))}
          min={inUnit(range.minimum)}
          max={inUnit(range.maximum)}
          unit={unit}
          disabled={disabled}
        />
      )}
    </Field>
  )
}

const isOutside = (value: number | undefined, range: BrokerLimits['ranges'][string] | undefined): boolean =>
  value === undefined || range === undefined || !(value >= range.minimum && value <= range.maximum)
