import { type CSSProperties, type FormEvent, useMemo, useState } from 'react'
import { checkTopicFilter } from '#kit/topic.ts'
import { problemText } from '../../../i18n/error-text.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { useTopics } from '../../../topics/use-topics.ts'
import { visibleText } from '../../../topics/visible-text.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Combobox } from '../../../ui/combobox.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Field } from '../../../ui/field.tsx'
import { LogTools } from './log-tools.tsx'
import { MessageList } from './message-list.tsx'
import { dumpOf, type LoggedMessage } from './message-log.ts'
import { PayloadBox } from './payload-box.tsx'
import {
  colouring,
  colours,
  MOST_SUBSCRIPTIONS,
  type Subscription,
  withFilter,
  writeSubscriptions,
} from './subscriptions.ts'
import { suggestTopics } from './suggest-topics.ts'
import { topicsTexts } from './texts.ts'
import styles from './topics.module.css'
import type { ShownLog } from './use-message-log.ts'

/** What is kept of all subscriptions together. */
export const subscriptionLimits = { messages: 10_000, characters: 32_000_000 }

interface SubscriptionsPaneProps {
  readonly subscriptions: readonly Subscription[]
  readonly onChange: (subscriptions: readonly Subscription[]) => void
  readonly log: ShownLog
}

/** Several filters side by side: each message stands in the colour of its filter. */
export function SubscriptionsPane({ subscriptions, onChange, log }: SubscriptionsPaneProps) {
  const t = useText(topicsTexts)
  const language = useLanguage()
  const [chosen, setChosen] = useState<LoggedMessage>()
  const colourOf = useMemo(() => colouring(subscriptions), [subscriptions])
  const { messages } = log
  const shown = useMemo(
    () => messages.filter(({ topic }) => colourOf(topic) !== undefined).reverse(),
    [messages, colourOf],
  )
  const change = (next: readonly Subscription[]) => {
    writeSubscriptions(next)
    onChange(next)
  }
  return (
    <div className={styles.detail}>
      <AddFilter subscriptions={subscriptions} onChange={change} />
      {subscriptions.length > 0 && (
        <ul className={styles.subscriptions} aria-label={t('filters')}>
          {subscriptions.map((each) => (
            <Item
              key={each.filter}
              subscription={each}
              onChange={(next) =>
                change(subscriptions.flatMap((other) => (other === each ? (next ?? []) : other)))
              }
            />
          ))}
        </ul>
      )}
      {subscriptions.length > 0 && (
        <LogTools log={log}>
          <Button
            variant="ghost"
            icon="download"
            disabled={shown.length === 0}
            onClick={() => download(shown.toReversed())}
          >
            {t('download')}
          </Button>
        </LogTools>
      )}
      {chosen && (
        <PayloadBox
          message={chosen}
          before={messages.findLast(({ topic, number }) => topic === chosen.topic && number < chosen.number)}
        />
      )}
      {shown.length > 0 ? (
        <MessageList
          messages={shown}
          chosen={chosen?.number}
          onChoose={(message) => setChosen(message.number === chosen?.number ? undefined : message)}
          withTopic
          colourOf={({ topic }) => colourOf(topic)}
        />
      ) : (
        <EmptyState
          icon="list"
          title={t(subscriptions.length === 0 ? 'noFilters' : 'noMessages')}
          about={t(subscriptions.length === 0 ? 'noFiltersAbout' : 'noMessagesAbout')}
        />
      )}
      {messages.length >= subscriptionLimits.messages && (
        <p className={styles.note}>
          {t('kept', { count: subscriptionLimits.messages.toLocaleString(language) })}
        </p>
      )}
    </div>
  )
}

function AddFilter({ subscriptions, onChange }: Omit<SubscriptionsPaneProps, 'log'>) {
  const t = useText(topicsTexts)
  const forest = useTopics()
  const [filter, setFilter] = useState('')
  const { structure } = forest
  // biome-ignore lint/correctness/useExhaustiveDependencies: the forest is one object; its structure says when topics come or go
  const suggestions = useMemo(() => suggestTopics(forest, filter), [forest, structure, filter])
  const problem = filter === '' ? undefined : checkTopicFilter(filter)
  const isFull = subscriptions.length >= MOST_SUBSCRIPTIONS
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (filter === '' || problem || isFull) return
    onChange(withFilter(subscriptions, filter))
    setFilter('')
  }
  const error = problem
    ? problemText(problem)
    : isFull
      ? t('tooMany', { count: MOST_SUBSCRIPTIONS })
      : undefined
  return (
    <form className={styles.addFilter} onSubmit={add}>
      <Field label={t('addFilter')} hint={t('addHint')} error={error}>
        {(control) => (
          <Combobox
            {...control}
            mono
            value={filter}
            onChange={setFilter}
            suggestions={suggestions}
            placeholder="home/+/temperature"
          />
        )}
      </Field>
      <Button type="submit" variant="primary" icon="plus" disabled={filter === '' || error !== undefined}>
        {t('add')}
      </Button>
    </form>
  )
}

interface ItemProps {
  readonly subscription: Subscription
  /** With nothing, it goes. */
  readonly onChange: (subscription?: Subscription) => void
}

function Item({ subscription, onChange }: ItemProps) {
  const t = useText(topicsTexts)
  const { isMuted, isSolo, colour } = subscription
  const filter = visibleText(subscription.filter)
  return (
    <li
      className={styles.subscription}
      data-muted={isMuted || undefined}
      style={{ '--colour': colours[colour] } as CSSProperties}
    >
      <span className={styles.swatch} />
      <bdi>{filter}</bdi>
      <IconButton
        icon="volume-x"
        size="small"
        label={t('mute', { filter })}
        pressed={isMuted}
        onClick={() => onChange({ ...subscription, isMuted: !isMuted })}
      />
      <IconButton
        icon="headphones"
        size="small"
        label={t('solo', { filter })}
        pressed={isSolo}
        onClick={() => onChange({ ...subscription, isSolo: !isSolo })}
      />
      <IconButton icon="x" size="small" label={t('remove', { filter })} onClick={() => onChange()} />
    </li>
  )
}

function download(messages: readonly LoggedMessage[]): void {
  const url = URL.createObjectURL(new Blob([dumpOf(messages)], { type: 'application/x-ndjson' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `mqtt-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.ndjson`
  link.click()
  URL.revokeObjectURL(url)
}
