import type * as z from 'zod'
import { defineTexts, textsIn } from '../i18n/define-texts.ts'
import type { Language } from '../i18n/language.ts'

const texts = defineTexts({
  en: {
    missing: 'This is needed.',
    atLeast: 'At least {bound}.',
    atMost: 'At most {bound}.',
    moreThan: 'More than {bound}.',
    lessThan: 'Less than {bound}.',
    tooShort: { one: 'At least {count} character.', other: 'At least {count} characters.' },
    tooLong: { one: 'At most {count} character.', other: 'At most {count} characters.' },
    tooFew: { one: 'At least {count} entry.', other: 'At least {count} entries.' },
    tooMany: { one: 'At most {count} entry.', other: 'At most {count} entries.' },
    whole: 'A whole number.',
    number: 'A number.',
    choice: 'Choose one of the list.',
    multiple: 'A multiple of {bound}.',
    wrong: 'This does not fit here.',
  },
  de: {
    missing: 'Das wird benötigt.',
    atLeast: 'Mindestens {bound}.',
    atMost: 'Höchstens {bound}.',
    moreThan: 'Mehr als {bound}.',
    lessThan: 'Weniger als {bound}.',
    tooShort: { one: 'Mindestens {count} Zeichen.', other: 'Mindestens {count} Zeichen.' },
    tooLong: { one: 'Höchstens {count} Zeichen.', other: 'Höchstens {count} Zeichen.' },
    tooFew: { one: 'Mindestens {count} Eintrag.', other: 'Mindestens {count} Einträge.' },
    tooMany: { one: 'Höchstens {count} Eintrag.', other: 'Höchstens {count} Einträge.' },
    whole: 'Eine ganze Zahl.',
    number: 'Eine Zahl.',
    choice: 'Wählen Sie aus der Liste.',
    multiple: 'Ein Vielfaches von {bound}.',
    wrong: 'Das passt hier nicht.',
  },
})

type Issue = z.core.$ZodIssue

/** What zod writes when a schema gives no sentence of its own; those we say in our words. */
const ownWords = /^(Invalid|Too small|Too big|Unrecognized)\b/

/** The sentence for something that a schema refused. A sentence that the schema itself gives comes first. */
export function issueText(issue: Issue, language: Language): string {
  if (!ownWords.test(issue.message)) return issue.message
  const t = textsIn(texts, language)
  switch (issue.code) {
    case 'too_small':
      return tooSmall(issue, t)
    case 'too_big':
      return tooBig(issue, t)
    case 'invalid_type':
      if (issue.input === undefined && issue.expected !== 'number' && issue.expected !== 'int')
        return t('missing')
      return issue.expected === 'int' ? t('whole') : issue.expected === 'number' ? t('number') : t('missing')
    case 'invalid_value':
      return t('choice')
    case 'not_multiple_of':
      return t('multiple', { bound: Number(issue.divisor) })
    default:
      return t('wrong')
  }
}

type Say = ReturnType<typeof textsIn<(typeof texts)['en']>>

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>, t: Say): string {
  const bound = Number(issue.minimum)
  if (issue.origin === 'string') return bound <= 1 ? t('missing') : t('tooShort', { count: bound })
  if (issue.origin === 'array') return t('tooFew', { count: bound })
  return issue.inclusive ? t('atLeast', { bound }) : t('moreThan', { bound })
}

function tooBig(issue: Extract<Issue, { code: 'too_big' }>, t: Say): string {
  const bound = Number(issue.maximum)
  if (issue.origin === 'string') return t('tooLong', { count: bound })
  if (issue.origin === 'array') return t('tooMany', { count: bound })
  return issue.inclusive ? t('atMost', { bound }) : t('lessThan', { bound })
}
