import type { FieldDifference } from '#flows/diff.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { useConnections } from '../api/queries.ts'
import { useFlow } from '../flow/flow-context.ts'
import { readFields } from '../forms/read-fields.ts'
import type { Text } from '../i18n/define-texts.ts'
import { useLanguage } from '../i18n/language.ts'
import { builtInTitle, useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { diffLines } from '../ui/diff-lines.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './deploy.module.css'
import { deployTexts } from './texts.ts'
import { linesOf, valueText } from './value-text.ts'

interface FieldChangeProps {
  readonly change: FieldDifference
  /** Of the node whose field it is, for its words. */
  readonly definition: AnyNodeDefinition | undefined
}

/** One setting, as it was and as it is: on one line, or line by line where there are several. */
export function FieldChange({ change: { path, before, after }, definition }: FieldChangeProps) {
  const t = useText(deployTexts)
  const language = useLanguage()
  const texts = useNodeTexts()
  const [owner, name = owner ?? ''] = path
  const field =
    owner === 'config' && definition
      ? readFields(definition.config).find((candidate) => candidate.name === name)
      : undefined
  const words = field && definition && texts.field(definition, [name], field.meta)
  const title = words?.title ?? ownTitle(name, t)
  const isLong = linesOf(before) !== undefined || linesOf(after) !== undefined
  const connectionName = useConnectionName(field?.meta.connection)
  const text = (value: unknown) => connectionName(value) ?? valueText(value, field, words, t, language)
  return (
    <div className={styles.field}>
      <dt>{title}</dt>
      {isLong ? (
        <dd>
          <LineChanges before={linesOf(before) ?? plain(before)} after={linesOf(after) ?? plain(after)} />
        </dd>
      ) : (
        <dd className={styles.values}>
          <del data-empty={before === undefined || before === ''}>
            <span className="visually-hidden">{t('before')}: </span>
            {text(before)}
          </del>
          <Icon name="arrow-right" size={13} />
          <ins data-empty={after === undefined || after === ''}>
            <span className="visually-hidden">{t('after')}: </span>
            {text(after)}
          </ins>
        </dd>
      )}
    </div>
  )
}

/** What people call a connection, whose id the field holds. */
function useConnectionName(type: string | undefined): (id: unknown) => string | undefined {
  const { catalogue } = useFlow()
  const { data: standing } = useConnections()
  const definition = type === undefined ? undefined : catalogue.connections.get(type)
  return (id) => {
    if (!definition || id === undefined) return undefined
    if (id === definition.builtIn?.id) return builtInTitle(definition)
    return standing?.find((connection) => connection.id === id)?.name || undefined
  }
}

const plain = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)

/** What a flow, a node or a note has beside its settings; a name that we do not know stands as it is. */
function ownTitle(name: string, t: (key: 'field.name') => string): string {
  const key = `field.${name}`
  return isOwnField(key) ? t(key as 'field.name') : name
}

const isOwnField = (key: string): boolean => Object.hasOwn(deployTexts.en as Record<string, Text>, key)

/** Lines around a change that show where it stands. */
const AROUND = 2

interface Line {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
  /** So many lines alike are left out before it. */
  readonly leftOut: number
}

/** Only the lines that have changed, with a few around them. */
function changedLines(before: string, after: string): readonly Line[] {
  const lines = diffLines(before, after)
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== 'same'),
  )
  const shown: Line[] = []
  let leftOut = 0
  for (const [at, line] of lines.entries()) {
    if (!isNear[at]) leftOut++
    else {
      shown.push({ ...line, leftOut })
      leftOut = 0
    }
  }
  return shown
}

const signs = { same: ' ', added: '+', removed: '−' } as const

function LineChanges({ before, after }: { readonly before: string; readonly after: string }) {
  const t = useText(deployTexts)
  const lines = changedLines(before, after)
  return (
    <pre className={styles.lines}>
      {lines.map(({ kind, text, leftOut }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
        <span key={at}>
          {leftOut > 0 && <i>{t('sameLines', { count: leftOut })}</i>}
          <span data-kind={kind}>
            <b aria-hidden="true">{signs[kind]}</b>
            {kind !== 'same' && (
              <span className="visually-hidden">{t(kind === 'added' ? 'lineAdded' : 'lineRemoved')} </span>
            )}
            {text}
          </span>
        </span>
      ))}
    </pre>
  )
}
