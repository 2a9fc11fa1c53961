import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { useText } from '../../../i18n/use-text.ts'
import { showTopics } from '../../../topics/live-topics.ts'
import { lineOf, type TopicNode } from '../../../topics/topic-forest.ts'
import { useTopics } from '../../../topics/use-topics.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { FormDialog } from '../../../ui/form-dialog.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { saveNewFlow } from '../flow-actions.ts'
import { useBrokerAddress } from './broker-address.ts'
import { flowOfTopics, MOST_TOPICS } from './flow-of-topics.ts'
import styles from './start.module.css'
import { startTexts } from './texts.ts'

/** Topics listed before the rest is to be searched for. */
const MOST_LISTED = 100

/** Topics that somebody has published to; the chosen ones become a flow. */
export function DevicesDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(startTexts)
  const [, navigate] = useLocation()
  const address = useBrokerAddress()
  const forest = useTopics()
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const topics = forest
    .rows(() => true, search)
    .map(({ node }) => node)
    .filter(({ id, path }) => id !== undefined && !path.startsWith('$'))
  const listed = topics.slice(0, MOST_LISTED)
  useEffect(() => showTopics(listed.flatMap(({ id }) => (id === undefined ? [] : [id]))))
  const make = useMutation({
    mutationFn: () =>
      saveNewFlow(t('name'), (id, name) => flowOfTopics([...chosen], { id, name, shown: t('shown') })),
    onSuccess: (id) => navigate(`/flows/${id}`),
  })
  const toggle = (path: string) => {
    const next = new Set(chosen)
    if (!next.delete(path)) next.add(path)
    setChosen(next)
  }
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={make.mutate}
      title={t('devices')}
      about={t('devicesAbout')}
      width={560}
      action={t('make')}
      busy={make.isPending}
      disabled={chosen.size === 0 || chosen.size > MOST_TOPICS}
      error={make.error}
    >
      {(topics.length > 0 || search !== '') && (
        <TextField
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={search}
          onChange={setSearch}
        />
      )}
      {!forest.isFilled && <Spinner label={t('waiting')} />}
      {forest.isFilled && search === '' && topics.length === 0 && (
        <EmptyState icon="radio-tower" title={t('none')} about={t('noneAbout', { address })} />
      )}
      {listed.length > 0 && (
        <ul className={styles.topics} aria-label={t('topics')}>
          {listed.map((node) => (
            <TopicChoice
              key={node.path}
              node={node}
              isChosen={chosen.has(node.path)}
              onToggle={() => toggle(node.path)}
            />
          ))}
        </ul>
      )}
      {search !== '' && topics.length === 0 && <p>{t('noMatch', { search })}</p>}
      {topics.length > MOST_LISTED && <p className={styles.hint}>{t('more')}</p>}
      <p className={styles.hint} role="status">
        {chosen.size > MOST_TOPICS
          ? t('tooMany', { count: MOST_TOPICS })
          : t('chosen', { count: chosen.size })}
      </p>
    </FormDialog>
  )
}

interface TopicChoiceProps {
  readonly node: TopicNode
  readonly isChosen: boolean
  readonly onToggle: () => void
}

const TopicChoice = ({ node, isChosen, onToggle }: TopicChoiceProps) => (
  <li>
    <label className={styles.topic}>
      <input type="checkbox" checked={isChosen} onChange={onToggle} />
      <span>{node.path}</span>
      {node.value && <output>{lineOf(node.value.payload)}</output>}
    </label>
  </li>
)
