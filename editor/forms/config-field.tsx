import { type ComponentType, useRef, useState } from 'react'
import type { Control } from '#kit/field.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Chips } from '../ui/chips.tsx'
import { Field } from '../ui/field.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Select } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'
import { Textarea, TextField } from '../ui/text-field.tsx'
import { CodeControl } from './code-control.tsx'
import { ColourControl } from './colour-control.tsx'
import { issueAt } from './config-issues.ts'
import { ConnectionControl } from './connection-control.tsx'
import type { FieldControlProps } from './control-props.ts'
import { CronControl } from './cron-control.tsx'
import { DurationControl } from './duration-control.tsx'
import styles from './form.module.css'
import { useForm } from './form-context.ts'
import { ListControl } from './list-control.tsx'
import { PortsControl } from './ports-control.tsx'
import { PropertyControl } from './property-control.tsx'
import { type FormField, heldValue } from './read-fields.ts'
import { SecretControl } from './secret-control.tsx'
import { SuggestControl } from './suggest-control.tsx'
import { TemplateControl } from './template-control.tsx'
import { formTexts } from './texts.ts'
import { TopicControl } from './topic-control.tsx'
import { plainText, readJsonText, typedAs, writeJsonText } from './value-text.ts'
import { useFocusIfWanted } from './wanted-field.ts'

interface ConfigFieldProps {
  readonly field: FormField
  /** Names of the field and of the lists it stands in, for its words. */
  readonly path: readonly string[]
  /** Where it stands in the config, with indices: `rules.0.value`. */
  readonly place: string
  /** The object it is a field of. */
  readonly values: Readonly<Record<string, unknown>>
  readonly onChange: (value: unknown) => void
  readonly onLeave: () => void
  /** In a list of single values the entry's number names it, unseen. */
  readonly hiddenLabel?: string
}

/** One field of a form: its label, the control that fits it, and what is wrong with it. */
export function ConfigField(props: ConfigFieldProps) {
  const { field, path, place, values, onChange, onLeave } = props
  const { definition, issues } = useForm()
  const words = useNodeTexts().field(definition, path, field.meta)
  const value = heldValue(field, values)
  const label = props.hiddenLabel ?? words.title
  const shared = { field, path, place, values, value, onChange, onLeave, words, label }

  const root = useRef<HTMLDivElement>(null)
  useFocusIfWanted(root, place)

  if (field.shape.kind === 'boolean')
    return (
      <div ref={root}>
        <Switch checked={value === true} onChange={onChange} label={label} hint={words.description} />
      </div>
    )

  const Body = controlFor(field)
  const isList = field.shape.kind === 'list'
  return (
    <div ref={root}>
      <Field
        label={label}
        labelHidden={props.hiddenLabel !== undefined}
        hint={props.hiddenLabel === undefined && words.description}
        error={issueAt(issues, place, !isList)}
      >
        {(control) => <Body {...shared} control={control} />}
      </Field>
    </div>
  )
}

const byControl: Readonly<Partial<Record<Control, ComponentType<FieldControlProps>>>> = {
  multiline: MultilineControl,
  template: TemplateControl,
  code: CodeControl,
  topic: TopicControl,
  duration: DurationControl,
  cron: CronControl,
  time: TimeControl,
  ports: PortsControl,
  colour: ColourControl,
  property: PropertyControl,
  value: ValueControl,
  connection: ConnectionControl,
}

const byShape: Readonly<Record<FormField['shape']['kind'], ComponentType<FieldControlProps>>> = {
  text: TextControl,
  boolean: TextControl,
  number: NumberControl,
  choice: ChoiceControl,
  choices: ChoicesControl,
  list: ListControl,
  json: ValueControl,
}

function controlFor({ meta, shape }: FormField): ComponentType<FieldControlProps> {
  if (meta.secret) return SecretControl
  if (meta.suggestFrom !== undefined) return SuggestControl
  return (meta.control && byControl[meta.control]) ?? byShape[shape.kind]
}

function TextControl({ control, value, words, onChange, onLeave, field }: FieldControlProps) {
  return (
    <TextField
      {...control}
      value={plainText(value)}
      onChange={onChange}
      onBlur={onLeave}
      placeholder={words.placeholder}
      {...(field.meta.unit && { after: <span className={styles.unit}>{field.meta.unit}</span> })}
    />
  )
}

function MultilineControl({ control, value, words, onChange, onLeave }: FieldControlProps) {
  return (
    <Textarea
      {...control}
      rows={3}
      value={plainText(value)}
      onChange={onChange}
      onBlur={onLeave}
      placeholder={words.placeholder}
    />
  )
}

/** A time of day, 24 hours. */
function TimeControl({ control, value, words, onChange, onLeave }: FieldControlProps) {
  return (
    <TextField
      {...control}
      mono
      inputMode="numeric"
      maxLength={5}
      value={plainText(value)}
      onChange={onChange}
      onBlur={onLeave}
      placeholder={words.placeholder ?? '07:30'}
    />
  )
}

function NumberControl({ control, value, words, field, onChange, onLeave }: FieldControlProps) {
  const shape = field.shape.kind === 'number' ? field.shape : undefined
  return (
    <NumberField
      {...control}
      value={typeof value === 'number' ? value : undefined}
      onChange={onChange}
      onBlur={onLeave}
      min={shape?.min}
      max={shape?.max}
      unit={field.meta.unit}
      placeholder={words.placeholder}
    />
  )
}

/** Up to this many choices with words this short stand side by side. */
const SEGMENTS = 3
const SEGMENT_LETTERS = 30

function ChoiceControl({ control, value, words, field, label, onChange, onLeave }: FieldControlProps) {
  const values = field.shape.kind === 'choice' ? field.shape.values : []
  const options = values.map((choice) => ({ value: String(choice), label: words.option(String(choice)) }))
  const letters = options.reduce((sum, option) => sum + option.label.length, 0)
  const pick = (text: string) => {
    onChange(values.find((choice) => String(choice) === text))
    onLeave()
  }
  const chosen = value === undefined ? undefined : plainText(value)
  if (options.length <= SEGMENTS && letters <= SEGMENT_LETTERS)
    return <Segmented {...control} aria-label={label} value={chosen} onChange={pick} options={options} />
  return <Select {...control} value={chosen} onChange={pick} options={options} onBlur={onLeave} />
}

function ChoicesControl({ control, value, words, field, label, onChange, onLeave }: FieldControlProps) {
  const values = field.shape.kind === 'choices' ? field.shape.values : []
  const chosen = Array.isArray(value) ? value.map(plainText) : []
  return (
    <Chips
      aria-label={label}
      aria-describedby={control['aria-describedby']}
      value={chosen}
      onChange={(next) => {
        onChange(values.filter((choice) => next.includes(String(choice))))
        onLeave()
      }}
      options={values.map((choice) => ({ value: String(choice), label: words.option(String(choice)) }))}
    />
  )
}

/** A JSON value typed as text. Where the schema takes text, the text is kept; else what it means. */
function ValueControl({ control, value, words, field, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const keepsText = field.shape.kind === 'text'
  const [typed, setTyped] = useState<string>()
  const text = typed ?? (keepsText ? plainText(value) : writeJsonText(value))
  const meaning = text.trim() === '' ? undefined : typedAs(text)
  const type = (next: string) => {
    if (keepsText) return onChange(next)
    setTyped(next)
    onChange(readJsonText(next))
  }
  const leave = () => {
    setTyped(undefined)
    onLeave()
  }
  return (
    <div className={styles.stack}>
      <TextField
        {...control}
        mono
        value={text}
        onChange={type}
        onBlur={leave}
        placeholder={words.placeholder}
      />
      {meaning && <small className={styles.note}>{t(meaning)}</small>}
    </div>
  )
}
