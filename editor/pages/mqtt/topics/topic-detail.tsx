import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../../api/api.ts'
import { useMayEdit } from '../../../api/queries.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { formatAgo, formatRate } from '../../../i18n/format.ts'
import { useLanguage } from '../../../i18n/language.ts'
import { useText } from '../../../i18n/use-text.ts'
import { topicTexts } from '../../../topics/texts.ts'
import { filterOf, type TopicNode } from '../../../topics/topic-forest.ts'
import { useTopics } from '../../../topics/use-topics.ts'
import { visibleText } from '../../../topics/visible-text.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Button, IconButton } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { copyText } from '../../../ui/copy-field.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { notify } from '../../../ui/toast.tsx'
import { ChooseFlowDialog } from './choose-flow-dialog.tsx'
import { FieldChart } from './field-chart.tsx'
import { LogTools } from './log-tools.tsx'
import { MessageList } from './message-list.tsx'
import { PayloadBox } from './payload-box.tsx'
import { RecordButton } from './record/record-button.tsx'
import { sizeText } from './size-text.ts'
import { topicsTexts } from './texts.ts'
import styles from './topics.module.css'
import { useMessageLog } from './use-message-log.ts'

interface TopicDetailProps {
  /** Give the component another key with another path. */
  readonly path: string
  readonly onPublish: () => void
}

const limits = { messages: 500, characters: 8_000_000 }

/** What comes on one topic, or below a branch. */
export function TopicDetail({ path, onPublish }: TopicDetailProps) {
  const t = useText(topicsTexts)
  const forest = useTopics()
  const node = forest.find(path)
  // what is not known yet is looked at with all below it; that it may be a branch must not cost its first messages
  const [filter] = useState(node ? filterOf(node) : `${path}/#`)
  const log = useMessageLog('topic', [filter], limits)
  const [pinned, setPinned] = useState<number>()
  const { messages } = log
  const pinnedAt = messages.findIndex(({ number }) => number === pinned)
  const shownAt = pinnedAt < 0 ? messages.length - 1 : pinnedAt
  const shown = messages[shownAt]
  const isBranch = node !== undefined && node.id === undefined

  return (
    <div className={styles.detail}>
      <Head
        path={path}
        filter={node ? filterOf(node) : path}
        shownFilter={filter}
        node={node}
        onPublish={onPublish}
      />
      {node && <Figures node={node} />}
      {shown && (
        <PayloadBox
          message={shown}
          before={messages.slice(0, shownAt).findLast(({ topic }) => topic === shown.topic)}
        />
      )}
      {!isBranch && <FieldChart messages={messages} />}
      <LogTools log={log} />
      {messages.length === 0 ? (
        <EmptyState icon="message-square" title={t('noMessages')} about={t('noMessagesAbout')} />
      ) : (
        <MessageList
          messages={messages.toReversed()}
          chosen={shown?.number}
          onChoose={({ number }) => setPinned(number === messages.at(-1)?.number ? undefined : number)}
          withTopic={isBranch}
        />
      )}
    </div>
  )
}

interface HeadProps {
  readonly path: string
  readonly filter: string
  /** What is shown here, known or not. */
  readonly shownFilter: string
  readonly node: TopicNode | undefined
  readonly onPublish: () => void
}

/** The topic's name and what can be done with it. */
function Head({ path, filter, shownFilter, node, onPublish }: HeadProps) {
  const t = useText(topicsTexts)
  const mayEdit = useMayEdit()
  const [, navigate] = useLocation()
  const [asks, setAsks] = useState<'clear' | 'use'>()
  const clear = useMutation({
    mutationFn: () => api.mqtt.clear(path),
    onSuccess: () => notify.ok(t('cleared')),
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => setAsks(undefined),
  })
  const copy = async () => {
    if (await copyText(path)) notify.ok(t('copied'))
  }
  return (
    <header className={styles.detailHead}>
      <h2>
        <bdi>{visibleText(path)}</bdi>
        {node?.isRetained && <Badge>{t('retained')}</Badge>}
        <IconButton icon="copy" size="small" label={t('copyTopic')} onClick={() => void copy()} />
      </h2>
      {mayEdit && (
        <div className={styles.actions}>
          <Button icon="send" onClick={onPublish}>
            {t('publishHere')}
          </Button>
          <Button icon="workflow" onClick={() => setAsks('use')}>
            {t('useInFlow')}
          </Button>
          <RecordButton filter={shownFilter} />
          {node?.isRetained && (
            <Button icon="trash-2" onClick={() => setAsks('clear')}>
              {t('clearRetained')}
            </Button>
          )}
        </div>
      )}
      <ConfirmDialog
        open={asks === 'clear'}
        onClose={() => setAsks(undefined)}
        title={t('clearRetained')}
        about={t('clearAbout', { topic: visibleText(path) })}
        action={t('clear')}
        dangerous
        onConfirm={() => clear.mutate()}
        busy={clear.isPending}
      />
      {asks === 'use' && (
        <ChooseFlowDialog
          title={t('useTitle')}
          about={t('useAbout', { filter })}
          action={t('use')}
          onChoose={(flow) => navigate(`/flows/${flow}?listen=${encodeURIComponent(filter)}`)}
          onClose={() => setAsks(undefined)}
        />
      )}
    </header>
  )
}

function Figures({ node }: { readonly node: TopicNode }) {
  const t = useText(topicsTexts)
  const tree = useText(topicTexts)
  const language = useLanguage()
  return (
    <dl className={styles.figures}>
      {node.children.length > 0 && (
        <div>
          <dt>{t('tree')}</dt>
          <dd>{node.topics.toLocaleString(language)}</dd>
        </div>
      )}
      <div>
        <dt>{t('count')}</dt>
        <dd>{node.messages.toLocaleString(language)}</dd>
      </div>
      <div>
        <dt>{t('rate')}</dt>
        <dd>{tree('perSecond', { rate: formatRate(node.rate, language) })}</dd>
      </div>
      {node.at > 0 && (
        <div>
          <dt>{t('last')}</dt>
          <dd>{formatAgo(node.at, Date.now(), language)}</dd>
        </div>
      )}
      {node.value && (
        <div>
          <dt>{t('size')}</dt>
          <dd>{sizeText(node.value.bytes, t, language)}</dd>
        </div>
      )}
    </dl>
  )
}
