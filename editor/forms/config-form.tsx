import { type ComponentType, type ReactNode, useMemo, useState } from 'react'
import type { Problem } from '#flows/problem.ts'
import { useLanguage } from '../i18n/language.ts'
import type { AnyDefinition } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { ConfigField } from './config-field.tsx'
import { findIssues, type Issues, problemIssues } from './config-issues.ts'
import styles from './form.module.css'
import { FormContext, type FormScope } from './form-context.ts'
import { isVisible, readFields } from './read-fields.ts'
import { formTexts } from './texts.ts'

interface ConfigFormProps {
  readonly definition: AnyDefinition
  readonly config: Readonly<Record<string, unknown>>
  /** What the server has against it; only those with a field show here. */
  readonly problems?: readonly Problem[]
  /** `undefined` takes the field back to its default. */
  readonly onChange: (field: string, value: unknown) => void
  /** Several fields at once, for picking a suggestion; without it, `onChange` is called for each. */
  readonly onChangeMany?: (changes: Readonly<Record<string, unknown>>) => void
  /** A list that makes outputs, with how its entries have moved; without it, `onChange` is called. */
  readonly onChangeList?: FormScope['changeList']
  /** Secret fields that hold a value on the server. */
  readonly secretsSet?: readonly string[]
  /** Puts something around each field. */
  readonly around?: ComponentType<{ readonly field: string; readonly children: ReactNode }>
}

/** The form of a node type or connection type, generated from its definition. */
export function ConfigForm(props: ConfigFormProps) {
  const {
    definition,
    config,
    problems = [],
    onChange,
    onChangeMany,
    onChangeList,
    secretsSet = [],
    around: Around = Bare,
  } = props
  const t = useText(formTexts)
  const language = useLanguage()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const fields = useMemo(() => readFields(definition.config), [definition])
  const own = useMemo(() => findIssues(definition, config, language), [definition, config, language])
  const issues = useMemo(
    () => mergeIssues(problemIssues(problems, language), own, left),
    [problems, own, left, language],
  )

  const scope: FormScope = {
    definition,
    config,
    fields,
    issues,
    secretsSet,
    change: onChange,
    changeList: onChangeList ?? onChange,
    changeMany:
      onChangeMany ??
      ((changes) => {
        for (const [field, value] of Object.entries(changes)) onChange(field, value)
      }),
  }
  const shown = fields.filter((field) => !field.meta.isDrawn && isVisible(field, fields, config))
  const isDrawnElsewhere = fields.some(({ meta }) => meta.isDrawn)

  return (
    <FormContext value={scope}>
      <div className={styles.form}>
        {shown.length === 0 && !isDrawnElsewhere && <p className={styles.note}>{t('noSettings')}</p>}
        {shown.map((field) => (
          <Around key={field.name} field={field.name}>
            <ConfigField
              field={field}
              path={[field.name]}
              place={field.name}
              values={config}
              onChange={(value) => onChange(field.name, value)}
              onLeave={() => setLeft((names) => new Set([...names, field.name]))}
            />
          </Around>
        ))}
      </div>
    </FormContext>
  )
}

const Bare = ({ children }: { readonly children: ReactNode }) => children

/** What the server found, in our own words where the schema sees it too, and what the schema has against fields that were left. */
export function mergeIssues(fromServer: Issues, own: Issues, left: ReadonlySet<string>): Issues {
  const wasLeft = (place: string) => left.has(place.split('.')[0] ?? place)
  return new Map([...fromServer, ...[...own].filter(([place]) => fromServer.has(place) || wasLeft(place))])
}
