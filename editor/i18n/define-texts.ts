import type { Language } from './language.ts'

/** A sentence with places like `{name}`, or one for each plural form, chosen by `{count}`. */
export type Text = string | PluralText
export interface PluralText {
  readonly one: string
  readonly other: string
}

/** The same texts in every language. */
export type Texts<English extends Readonly<Record<string, Text>> = Readonly<Record<string, Text>>> = Readonly<
  Record<Language, Readonly<Record<keyof English, Text>>>
> & { readonly en: English }

/**
 * Texts of one area of the editor. German must have every English key, and none besides: the type says so.
 */
export const defineTexts = <const English extends Readonly<Record<string, Text>>>(texts: {
  readonly en: English
  readonly de: { readonly [Key in keyof English]: Text }
}): Texts<English> => texts

type PlacesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlacesIn<Rest>
  : never
type NamesIn<T extends Text> = T extends string
  ? PlacesIn<T>
  : T extends PluralText
    ? 'count' | PlacesIn<T['one']> | PlacesIn<T['other']>
    : never

/** What may stand in a place: numbers are written as the language writes them. */
export type Values<T extends Text> = Readonly<Record<NamesIn<T>, string | number>>
type Rest<T extends Text> = [NamesIn<T>] extends [never] ? [] : [values: Values<T>]

/** Looks a text up; the values it needs follow from its English sentence. */
export type Translate<English extends Readonly<Record<string, Text>>> = <Key extends keyof English & string>(
  key: Key,
  ...values: Rest<English[Key]>
) => string

/** The lookup for one language. Within React, take `useText`. */
export const textsIn =
  <English extends Readonly<Record<string, Text>>>(
    texts: Texts<English>,
    language: Language,
  ): Translate<English> =>
  (key, ...[values]) =>
    fill(texts[language][key], values ?? {}, language)

/** Puts values into a text. */
export function fill(
  text: Text,
  values: Readonly<Record<string, string | number>>,
  language: Language,
): string {
  const sentence = typeof text === 'string' ? text : text[pluralForm(values['count'], language)]
  return sentence.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name]
    if (value === undefined) return place
    return typeof value === 'number' ? value.toLocaleString(language) : value
  })
}

const pluralForm = (count: string | number | undefined, language: Language): 'one' | 'other' =>
  new Intl.PluralRules(language).select(Number(count)) === 'one' ? 'one' : 'other'
