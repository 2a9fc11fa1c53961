import type { Text } from './define-texts.ts'
import { nodeRedSentences } from './node-red-sentences.ts'
import { germanSentences } from './server-sentences.ts'

/** Texts of one field, in one language; `fields` are those of a list's items. */
export interface FieldWords {
  readonly title?: string
  readonly description?: string
  readonly placeholder?: string
  readonly options?: Readonly<Record<string, string>>
  readonly fields?: Readonly<Record<string, FieldWords>>
}

/** A `locales/de.json`. */
export interface TypeWords {
  readonly title?: string
  readonly summary?: string
  readonly keywords?: readonly string[]
  readonly fields?: Readonly<Record<string, FieldWords>>
  readonly ports?: Readonly<Record<string, string>>
  readonly builtIn?: string
  /** What the type says to people, by its code. */
  readonly sentences?: Readonly<Record<string, string>>
}

/** The texts of the first look, by their dictionary. */
export const texts: Readonly<Record<string, Readonly<Record<string, Text>>>> = {} // the build puts them here: `editor/build/german-apart.ts`

const files = import.meta.glob<TypeWords>('../../nodes/**/locales/de.json', {
  eager: true,
  import: 'default',
})
/** The German words of all types, by `debounce` or `connections/mqtt`. */
export const types: ReadonlyMap<string, TypeWords> = new Map(
  Object.entries(files).map(([path, words]) => [folderOf(path, 'locales'), words]),
)

// 'connections/mqtt' for a connection type, 'debounce' for a node type
function folderOf(path: string, end: string): string {
  const folder = path.slice(path.indexOf('/nodes/') + '/nodes/'.length)
  return folder.slice(0, folder.indexOf(`/${end}`))
}

/** What codes mean. */
export const sentences: ReadonlyMap<string, string> = new Map<string, string>([
  ...Object.entries(germanSentences),
  ...Object.entries(nodeRedSentences),
  ...[...types.values()].flatMap((words) => Object.entries(words.sentences ?? {})),
  // A problem names a field by its type and name.
  ...[...types].flatMap(([key, { fields = {} }]) =>
    Object.entries(fields).map(([name, { title = name }]) => [`${key}.${name}`, title] as const),
  ),
])
