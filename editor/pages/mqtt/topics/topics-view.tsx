import { type ReactNode, useEffect, useState } from 'react'
import { useSearchParams } from 'wouter'
import { useNarrow } from '../../../flow/use-narrow.ts'
import { useText } from '../../../i18n/use-text.ts'
import { watchTopics } from '../../../topics/live-topics.ts'
import { TopicTree } from '../../../topics/topic-tree.tsx'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Tabs } from '../../../ui/tabs.tsx'
import { PublishPane } from './publish-pane.tsx'
import { RecordingsPane } from './record/recordings-pane.tsx'
import { readSubscriptions } from './subscriptions.ts'
import { SubscriptionsPane, subscriptionLimits } from './subscriptions-pane.tsx'
import { topicsTexts } from './texts.ts'
import { TopicDetail } from './topic-detail.tsx'
import styles from './topics.module.css'
import { useMessageLog } from './use-message-log.ts'

const panes = ['topic', 'publish', 'subscriptions', 'recordings'] as const
type Pane = (typeof panes)[number]

/** What the broker carries. The chosen topic and the pane beside the tree stand in the address. */
export function TopicsView() {
  const t = useText(topicsTexts)
  // the panes come and go; the topics stay
  useEffect(watchTopics, [])
  const isNarrow = useNarrow()
  const [address, setAddress] = useSearchParams()
  const topic = address.get('topic') ?? undefined
  const pane = panes.find((each) => each === address.get('pane')) ?? 'topic'
  const [subscriptions, setSubscriptions] = useState(readSubscriptions)
  const log = useMessageLog(
    'subscriptions',
    subscriptions.map(({ filter }) => filter),
    subscriptionLimits,
  )
  const go = (next: { readonly topic?: string | undefined; readonly pane: Pane }) =>
    setAddress({
      ...(next.topic !== undefined && { topic: next.topic }),
      ...(next.pane !== 'topic' && { pane: next.pane }),
    })

  const tree = <TopicTree chosen={topic} onChoose={({ path }) => go({ topic: path, pane: 'topic' })} />
  const detail =
    topic === undefined ? (
      <EmptyState icon="radio-tower" title={t('chooseTitle')} about={t('chooseAbout')} />
    ) : (
      <TopicDetail key={topic} path={topic} onPublish={() => go({ topic, pane: 'publish' })} />
    )
  const narrowDetail = (
    <div className={styles.page}>
      <Button variant="ghost" icon="arrow-left" onClick={() => go({ pane: 'topic' })}>
        {t('back')}
      </Button>
      {detail}
    </div>
  )
  const contents: Readonly<Record<Pane, () => ReactNode>> = {
    topic: () => (isNarrow ? (topic === undefined ? tree : narrowDetail) : detail),
    publish: () => <PublishPane key={topic} topic={topic} />,
    subscriptions: () => (
      <SubscriptionsPane subscriptions={subscriptions} onChange={setSubscriptions} log={log} />
    ),
    recordings: () => <RecordingsPane />,
  }
  return (
    <div className={styles.columns} data-narrow={isNarrow || undefined}>
      {!isNarrow && <div className={styles.left}>{tree}</div>}
      <div className={styles.right}>
        <Tabs
          label={t('panes')}
          value={pane}
          onChange={(next) => go({ topic, pane: panes.find((each) => each === next) ?? 'topic' })}
          tabs={panes.map((id) => ({
            id,
            label: t(id === 'topic' && isNarrow ? 'tree' : id),
            content: id === pane && contents[id](),
          }))}
        />
      </div>
    </div>
  )
}
