import type { ConnectionDefinition } from '#kit/define-connection.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { ERROR_PORT, type Port } from '#kit/kinds.ts'
import { german } from './german.ts'
import type { FieldWords, TypeWords } from './german-words.ts'
import { currentLanguage, type Language, useLanguage } from './language.ts'

/** Either kind of definition: what has a title, a summary and a config. */
// biome-ignore lint/suspicious/noExplicitAny: a list of types has no common config
export type AnyDefinition = AnyNodeDefinition | ConnectionDefinition<any, any>

const keyOf = (definition: AnyDefinition) =>
  'inputs' in definition ? definition.type : `connections/${definition.type}`

/** What a code means in German; `undefined` where nobody has said so. */
export const germanSentence = (code: string): string | undefined => german()?.sentences.get(code)

const wordsOf = (definition: AnyDefinition, language: Language): TypeWords | undefined =>
  language === 'de' ? german()?.types.get(keyOf(definition)) : undefined

/** Title of a node type or connection type. */
export const nodeTitle = (definition: AnyDefinition, language = currentLanguage()): string =>
  wordsOf(definition, language)?.title ?? definition.title

/** Its one sentence. */
export const nodeSummary = (definition: AnyDefinition, language = currentLanguage()): string =>
  wordsOf(definition, language)?.summary ?? definition.summary

/** Other words that a node type is looked for by. */
export const nodeKeywords = (definition: AnyNodeDefinition, language: Language): readonly string[] =>
  (language === 'en' ? definition.keywords : wordsOf(definition, language)?.keywords) ?? []

/** Title of the connection that always stands. */
export const builtInTitle = (
  // biome-ignore lint/suspicious/noExplicitAny: see AnyDefinition
  definition: ConnectionDefinition<any, any>,
  language = currentLanguage(),
): string => wordsOf(definition, language)?.builtIn ?? definition.builtIn?.title ?? definition.title

const errorPortTitles: Readonly<Record<Language, string>> = { en: 'Error', de: 'Fehler' }

/** Label of a port; empty for an only input or output. */
export function portTitle(
  definition: AnyNodeDefinition,
  name: string,
  port: Port,
  language = currentLanguage(),
): string {
  if (name === ERROR_PORT) return errorPortTitles[language]
  if (port.isNamed) return port.title ?? ''
  return wordsOf(definition, language)?.ports?.[name] ?? port.title ?? ''
}

/** English words of a field, as its schema's meta gives them. */
export interface FieldMeta {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly placeholder?: string | undefined
  readonly options?: Readonly<Record<string, string>> | undefined
}

export interface FieldText {
  readonly title: string
  readonly description?: string | undefined
  readonly placeholder?: string | undefined
  /** The words for one of an enum's values. */
  option(value: string): string
}

/**
 * Words of a config field. `path` is `['rules', 'value']` for the field of a list's items; `meta` is what
 * the schema says in English.
 */
export function fieldText(
  definition: AnyDefinition,
  path: readonly string[],
  meta: FieldMeta,
  language = currentLanguage(),
): FieldText {
  const words = wordsOf(definition, language)
  const found = path.reduce<{ fields?: Readonly<Record<string, FieldWords>> } & FieldWords>(
    (parent, name) => parent.fields?.[name] ?? {},
    { ...(words?.fields && { fields: words.fields }) },
  )
  return {
    title: found.title ?? meta.title ?? path.at(-1) ?? '',
    description: found.description ?? meta.description,
    placeholder: found.placeholder ?? meta.placeholder,
    option: (value) => found.options?.[value] ?? meta.options?.[value] ?? value,
  }
}

/** The same lookups, drawn again when the language changes. */
export function useNodeTexts() {
  const language = useLanguage()
  return {
    title: (definition: AnyDefinition) => nodeTitle(definition, language),
    summary: (definition: AnyDefinition) => nodeSummary(definition, language),
    port: (definition: AnyNodeDefinition, name: string, port: Port) =>
      portTitle(definition, name, port, language),
    field: (definition: AnyDefinition, path: readonly string[], meta: FieldMeta) =>
      fieldText(definition, path, meta, language),
  }
}

const helpFiles = import.meta.glob<string>('../../nodes/*/help*.md', { query: '?raw', import: 'default' })

/** The help of a node type as Markdown, in the language or else in English. `undefined` if it has none. */
export async function loadHelp(type: string, language = currentLanguage()): Promise<string | undefined> {
  const load =
    helpFiles[`../../nodes/${type}/help.${language}.md`] ?? helpFiles[`../../nodes/${type}/help.md`]
  return await load?.()
}
