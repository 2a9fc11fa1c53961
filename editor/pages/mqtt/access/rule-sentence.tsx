import { Fragment } from 'react'
import type { AccessRule } from '../../../api/types.ts'
import { useText } from '../../../i18n/use-text.ts'
import styles from './access.module.css'
import { partOf } from './rule-parts.ts'
import { accessTexts } from './texts.ts'

type Said = Pick<AccessRule, 'subject' | 'actions' | 'filter' | 'effect'>

/** Where the topic stands in a sentence. */
const TOPIC = '\u0000'

/** A rule as one reads it out, the topic set apart. */
export function RuleSentence({ rule }: { readonly rule: Said }) {
  const sentence = useSentence()(rule, TOPIC)
  return sentence.split(TOPIC).map((words, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence, which keep their places
    <Fragment key={index}>
      {index > 0 && <code className={styles.topic}>{rule.filter}</code>}
      {words}
    </Fragment>
  ))
}

/** A rule as text. */
export function useSentence() {
  const t = useText(accessTexts)
  return ({ subject, actions, filter, effect }: Said, topicText = filter): string => {
    const who =
      subject.kind === 'user'
        ? subject.name
        : subject.kind === 'client'
          ? t('client', { name: subject.name })
          : t(subject.kind === 'role' ? subject.name : subject.kind)
    const may = t(subject.kind === 'user' ? 'mayOne' : 'may')
    const isAll = filter === '#'
    const topic = isAll ? t('everyTopic') : topicText
    const from = isAll ? t('fromEveryTopic') : topicText
    const part = partOf({ actions })
    return t(`${effect}${part}`, { who, may, topic, from })
  }
}
