import { useMemo, useState } from 'react'
import * as z from 'zod'
import { type Condition, findConditionProblem, operatorsWithValue, plainOperators } from '#kit/condition.ts'
import { type ConditionSet, findConditionsProblem, MOST_CONDITIONS } from '#kit/condition-set.ts'
import { defineNode } from '#kit/define-node.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { ConfigForm } from '../../forms/config-form.tsx'
import { useText } from '../../i18n/use-text.ts'
import styles from './control.module.css'
import { controlTexts } from './texts.ts'

interface ConditionBuilderProps {
  readonly conditions: ConditionSet | undefined
  /** None: always. */
  readonly onApply: (conditions: ConditionSet | undefined) => void
}

/** Several comparisons, of which all or any must hold; they count once they make sense and one has left them. */
export function ConditionBuilder({ conditions, onApply }: ConditionBuilderProps) {
  const [draft, setDraft] = useState<ConditionSet>(conditions ?? { match: 'all', conditions: [] })
  const definition = useConditionForm(draft.conditions.length > 1)
  const apply = (next: ConditionSet) => {
    if (next.conditions.every(isWhole) && !findConditionsProblem(next))
      onApply(next.conditions.length > 0 ? next : undefined)
  }
  return (
    <form
      className={styles.condition}
      onSubmit={(event) => {
        event.preventDefault()
        apply(draft)
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) apply(draft)
      }}
    >
      <ConfigForm
        definition={definition}
        config={{ ...draft }}
        onChange={(field, value) => {
          const parsed = definition.config.safeParse({ ...draft, [field]: value })
          if (!parsed.success) return
          const next = parsed.data
          setDraft(next)
          // What was added or taken away, and how they count together, is meant as it stands.
          if (field === 'match' || next.conditions.length < draft.conditions.length) apply(next)
        }}
      />
      <button type="submit" hidden />
    </form>
  )
}

/** There is something to look at, and something to compare it with. */
const isWhole = ({ property, operator, value }: Condition): boolean =>
  property.trim() !== '' && (value !== undefined || !operatorsWithValue.includes(operator))

/** The form of the conditions, in the language of the page. */
function useConditionForm(hasSeveral: boolean) {
  const t = useText(controlTexts)
  return useMemo(() => {
    const operators = Object.fromEntries(plainOperators.map((operator) => [operator, t(`op.${operator}`)]))
    const value = (title: string, operator: readonly string[]) =>
      z.unknown().optional().meta({ title, control: 'value', when: { operator } })
    const condition = z.object({
      property: z
        .string()
        .max(200)
        .default('payload')
        .meta({ title: t('property'), description: t('propertyHint'), control: 'property' }),
      operator: z
        .enum(plainOperators)
        .default('==')
        .meta({ title: t('condition'), options: operators }),
      value: value(t('value'), operatorsWithValue),
      value2: value(t('and'), ['between']),
    })
    return defineNode({
      type: 'breakpoint',
      version: 1,
      group: 'logic',
      icon: 'circle-dot',
      title: t('breakpoint'),
      summary: t('stopHere'),
      config: z.object({
        conditions: z
          .array(condition)
          .max(MOST_CONDITIONS)
          .default([])
          .meta({ title: t('conditions'), description: t('conditionsHint') }),
        match: z
          .enum(['all', 'any'])
          .default('all')
          .meta({
            title: t('match'),
            options: { all: t('match.all'), any: t('match.any') },
            isDrawn: !hasSeveral,
          }),
      }),
      inputs: {},
      outputs: {},
      check: ({ conditions }) =>
        conditions.flatMap((one, index) => {
          const problem = findConditionProblem(one)
          return problem ? [{ ...sentenceOf(problem), field: `conditions.${index}.value` }] : []
        }),
    })
  }, [t, hasSeveral])
}
