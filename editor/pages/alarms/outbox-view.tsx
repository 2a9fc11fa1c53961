import { useState } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { keys, useConnections, useMayEdit, useOutbox, useSummary } from '../../api/queries.ts'
import type { OutboxEntry } from '../../api/types.ts'
import type { Translate } from '../../i18n/define-texts.ts'
import { problemText } from '../../i18n/error-text.ts'
import { formatCountdown, formatMoment } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { IconButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import page from '../page.module.css'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import { useNow } from '../use-now.ts'
import styles from './alarms.module.css'
import { command } from './command.ts'
import { Group } from './group.tsx'
import { alarmTexts } from './texts.ts'

/** So many rows of a list; then how many more there are. */
const MOST_SHOWN = 100
const SENT_SHOWN = 10

/** What is to leave the house and why it has not, what could not, and what has. */
export function OutboxView() {
  const t = useText(alarmTexts)
  const common = useText(pageTexts)
  const outbox = useOutbox()
  const now = useNow(1_000)
  if (outbox.error) return <Failed error={outbox.error} retry={outbox.refetch} />
  if (!outbox.data) return <Spinner label={common('loading')} />
  const waiting = outbox.data.filter(({ state }) => state === 'waiting' || state === 'sending')
  const failed = outbox.data.filter(({ state }) => state === 'failed')
  const sent = outbox.data.filter(({ state }) => state === 'sent').slice(0, SENT_SHOWN)

  return (
    <>
      {waiting.length === 0 && (
        <div className={page.card}>
          <EmptyState icon="circle-check" title={t('nothingWaits')} about={t('nothingWaitsAbout')} />
        </div>
      )}
      <Posts title={t('waiting')} posts={waiting} now={now} />
      <Posts title={t('failed')} posts={failed} now={now} />
      <Posts title={t('sent')} posts={sent} now={now} />
    </>
  )
}

interface PostsProps {
  readonly title: string
  readonly posts: readonly OutboxEntry[]
  readonly now: number
}

function Posts({ title, posts, now }: PostsProps) {
  const t = useText(alarmTexts)
  if (posts.length === 0) return null
  const more = posts.length - MOST_SHOWN
  return (
    <Group
      title={title}
      count={posts.length}
      foot={more > 0 && <p className={page.lead}>{t('andMore', { count: more })}</p>}
    >
      {posts.slice(0, MOST_SHOWN).map((post) => (
        <PostRow key={post.number} post={post} now={now} />
      ))}
    </Group>
  )
}

const tones = { waiting: 'warn', sending: 'accent', sent: 'ok', failed: 'error' } as const
const icons = { waiting: 'hourglass', sending: 'send', sent: 'check', failed: 'circle-alert' } as const

function PostRow({ post, now }: { readonly post: OutboxEntry; readonly now: number }) {
  const t = useText(alarmTexts)
  const language = useLanguage()
  const flow = useSummary(post.flow)
  const { data: connections = [] } = useConnections()
  const connection = connections.find(({ id }) => id === post.connection)?.name || post.connection
  const { state, title, target, count, attempts, why, at, doneAt } = post
  const parts = [
    t('goesTo', { target, connection }),
    formatMoment(state === 'sent' ? (doneAt ?? at) : at, now, language),
    count > 1 && t('times', { count }),
  ].filter((part) => part !== false)

  return (
    <li className={page.tallRow}>
      <span className={page.rowIcon} data-tone={tones[state]}>
        <Icon name={icons[state]} size={18} />
      </span>
      <div className={page.tallMain}>
        <span className={styles.titleLine}>
          <span className={styles.title}>{title}</span>
          {post.urgency === 'alarm' && state !== 'sent' && (
            <Badge tone="error" icon="bell-ring">
              {t('alarm')}
            </Badge>
          )}
          {post.mayBeDouble && <Badge tone="warn">{t('mayBeDouble')}</Badge>}
        </span>
        <span className={styles.about}>
          <Link href={`/flows/${post.flow}`}>{flow?.name ?? post.flow}</Link> · {parts.join(' · ')}
        </span>
        {state !== 'sent' && (
          <>
            <span className={styles.course} data-tone={state === 'failed' ? 'error' : 'strong'}>
              {state === 'sending' ? t('sending') : why && problemText(why, language)}
            </span>
            <span className={styles.about}>
              {[attempts > 0 && t('tries', { count: attempts }), state === 'waiting' && nextTry(post, now, t)]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </>
        )}
      </div>
      <PostActions post={post} />
    </li>
  )
}

function nextTry({ nextAt }: OutboxEntry, now: number, t: Translate<typeof alarmTexts.en>): string {
  if (nextAt === undefined) return ''
  return nextAt <= now ? t('tryAtOnce') : t('nextTry', { time: formatCountdown(nextAt - now) })
}

function PostActions({ post: { number, state, title } }: { readonly post: OutboxEntry }) {
  const t = useText(alarmTexts)
  const mayEdit = useMayEdit()
  const [isDiscarding, setDiscarding] = useState(false)
  if (!mayEdit || state === 'sent') return null
  const discard = () => {
    setDiscarding(false)
    void command(() => api.outbox.discard(number), { done: t('discarded'), key: keys.outbox })
  }
  return (
    <div className={styles.actions}>
      <Menu
        items={[
          {
            label: t(state === 'failed' ? 'sendAgain' : 'tryNow'),
            icon: 'refresh-cw',
            disabled: state === 'sending',
            onSelect: () =>
              void command(() => api.outbox.retry(number), { done: t('retried'), key: keys.outbox }),
          },
          {
            label: t('discard'),
            icon: 'trash-2',
            dangerous: true,
            separator: true,
            onSelect: () => setDiscarding(true),
          },
        ]}
      >
        <IconButton icon="ellipsis-vertical" label={t('actions', { name: title })} />
      </Menu>
      <ConfirmDialog
        open={isDiscarding}
        onClose={() => setDiscarding(false)}
        onConfirm={discard}
        title={t('discardPost', { name: title })}
        about={t('discardPostAbout')}
        action={t('discard')}
        dangerous
      />
    </div>
  )
}
