import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import type { Text, Texts } from '../../editor/i18n/define-texts.ts'

const modules = import.meta.glob<Readonly<Record<string, unknown>>>('../../editor/**/*texts.ts', {
  eager: true,
})

const isTexts = (value: unknown): value is Texts =>
  typeof value === 'object' && value !== null && 'en' in value && 'de' in value

const dictionaries = Object.values(modules).flatMap((exports) => Object.values(exports).filter(isTexts))
const formsOf = (text: Text): readonly string[] => (typeof text === 'string' ? [text] : Object.values(text))
const allIn = (language: 'en' | 'de'): readonly string[] =>
  dictionaries.flatMap((texts) => Object.values(texts[language]).flatMap(formsOf))

const german = new Set(allIn('de'))
const summaries = [...nodeDefinitions, ...connectionDefinitions].map(({ summary }) => summary)

/** What the editor says in English, and in German in no place. */
export const englishOnly: ReadonlySet<string> = new Set(
  [...allIn('en'), ...summaries].filter((text) => !german.has(text)),
)
