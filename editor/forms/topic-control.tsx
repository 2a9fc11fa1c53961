import { useEffect, useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { topicForest, watchTopics } from '../topics/live-topics.ts'
import { Combobox, type Suggestion } from '../ui/combobox.tsx'
import type { FieldControlProps } from './control-props.ts'
import { formTexts } from './texts.ts'

/** So many are offered at once; typing narrows them down. */
const MOST_TOPICS = 60

/** An MQTT topic or filter, completed by the topics that the broker knows. */
export function TopicControl({ control, value, words, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const text = typeof value === 'string' ? value : ''
  const [isAsked, setAsked] = useState(false)
  const [suggestions, setSuggestions] = useState<readonly Suggestion[]>([])
  useEffect(() => {
    if (!isAsked) return
    const leave = watchTopics()
    const show = () => setSuggestions(topicsLike(text))
    show()
    const forget = topicForest.subscribe(show)
    return () => {
      forget()
      leave()
    }
  }, [isAsked, text])
  return (
    <Combobox
      {...control}
      mono
      value={text}
      onChange={onChange}
      onOpen={() => setAsked(true)}
      onBlur={() => {
        setAsked(false)
        onLeave()
      }}
      placeholder={words.placeholder}
      suggestions={suggestions}
      isMatched
      note={t('noTopics')}
    />
  )
}

function topicsLike(text: string): readonly Suggestion[] {
  const words = text
    .toLowerCase()
    .split(/[\s/+#]+/)
    .filter(Boolean)
  const found: Suggestion[] = []
  for (const { path } of topicForest.topics()) {
    if (path.startsWith('$') || !words.every((word) => path.toLowerCase().includes(word))) continue
    found.push({ value: path, label: path })
    if (found.length === MOST_TOPICS) break
  }
  return found
}
