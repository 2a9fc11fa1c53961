import { languages } from '../i18n/language.ts'
import type { Action } from './action.ts'

/** The words an action is found by, in every language. */
export const findableAction = ({ id, title }: Action<never>) => ({
  titles: languages.map((language) => title(language)),
  words: [id],
})
