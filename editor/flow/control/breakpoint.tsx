import { useState } from 'react'
import type { Condition, Operator } from '#kit/condition.ts'
import { useText } from '../../i18n/use-text.ts'
import { Field } from '../../ui/field.tsx'
import { JsonTree } from '../../ui/json-tree.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useFlow } from '../flow-context.ts'
import styles from './control.module.css'
import { StopActions } from './stop-actions.tsx'
import { controlTexts } from './texts.ts'
import { useControl, useSteering } from './use-steering.ts'

/** Whether messages stop on a wire and when, and the one that does. */
export function BreakpointSection({ wire }: { readonly wire: string }) {
  const t = useText(controlTexts)
  const { isReadOnly } = useFlow().document
  const view = useControl()
  const steering = useSteering()
  const set = view?.breakpoints.find((breakpoint) => breakpoint.wire === wire)
  const stopped = view?.stopped.find((message) => message.wire === wire)
  if (isReadOnly && !set && !stopped) return null
  return (
    <section className={styles.breakpoint} aria-label={t('breakpoint')}>
      <Switch
        label={t('stopHere')}
        hint={set ? `${t('stopHint')} ${t('setBy', { name: set.by })}.` : undefined}
        checked={set !== undefined}
        disabled={isReadOnly}
        onChange={(isOn) => (isOn ? steering.setBreakpoint(wire) : steering.removeBreakpoint(wire))}
      />
      {set && !isReadOnly && <ConditionFields wire={wire} condition={set.condition} />}
      {stopped && (
        <div className={styles.stopped} role="status">
          <h3>{t('stopped')}</h3>
          <JsonTree value={stopped.message} open={2} />
          {stopped.waiting > 0 && <p>{t('waiting', { count: stopped.waiting })}</p>}
          <div className={styles.actions}>
            <StopActions stopped={stopped} />
          </div>
        </div>
      )}
    </section>
  )
}

const ALWAYS = 'always'
const withValue = ['==', '!=', '<', '<=', '>', '>=', 'contains'] as const
const operators = [...withValue, 'true', 'false', 'null'] as const
type Chosen = (typeof operators)[number] | typeof ALWAYS

const isOffered = (operator: Operator | undefined): operator is (typeof operators)[number] =>
  operators.some((offered) => offered === operator)
const takesValue = (operator: Chosen): boolean => withValue.some((one) => one === operator)

interface ConditionFieldsProps {
  readonly wire: string
  readonly condition: Condition | undefined
}

function ConditionFields({ wire, condition }: ConditionFieldsProps) {
  const t = useText(controlTexts)
  const { setBreakpoint } = useSteering()
  const standing = condition?.operator
  const [chosen, setChosen] = useState<Chosen>(isOffered(standing) ? standing : ALWAYS)
  const [property, setProperty] = useState(condition?.property ?? 'payload')
  const [value, setValue] = useState(condition?.value === undefined ? '' : String(condition.value))
  /** Takes effect once it makes sense: a comparison needs something to compare with. */
  const apply = (operator: Chosen): void => {
    if (operator === ALWAYS) setBreakpoint(wire)
    else if (property.trim() !== '' && (!takesValue(operator) || value !== ''))
      setBreakpoint(wire, {
        property: property.trim(),
        operator,
        ...(takesValue(operator) && { value }),
      })
  }
  return (
    <form
      className={styles.condition}
      onSubmit={(event) => {
        event.preventDefault()
        apply(chosen)
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget) && chosen !== ALWAYS) apply(chosen)
      }}
    >
      <Field label={t('when')}>
        {(control) => (
          <Select
            {...control}
            value={chosen}
            onChange={(operator) => {
              setChosen(operator)
              apply(operator)
            }}
            options={[
              { value: ALWAYS, label: t('always') },
              ...operators.map((operator) => ({ value: operator, label: t(`op.${operator}`) })),
            ]}
          />
        )}
      </Field>
      {chosen !== ALWAYS && (
        <Field label={t('property')} hint={t('propertyHint')}>
          {(control) => <TextField {...control} value={property} maxLength={200} onChange={setProperty} />}
        </Field>
      )}
      {takesValue(chosen) && (
        <Field label={t('value')}>
          {(control) => <TextField {...control} value={value} maxLength={1_000} onChange={setValue} />}
        </Field>
      )}
      <button type="submit" hidden />
    </form>
  )
}
