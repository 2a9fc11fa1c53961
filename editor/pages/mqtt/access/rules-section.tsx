import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, refreshAccess, useAccessRules } from '../../../api/queries.ts'
import type { AccessRule } from '../../../api/types.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import { notify } from '../../../ui/toast.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import styles from './access.module.css'
import { Losses } from './losses.tsx'
import { RuleDialog } from './rule-dialog.tsx'
import { RuleSentence, useSentence } from './rule-sentence.tsx'
import { TakeoverDialog } from './takeover/takeover-dialog.tsx'
import { takeoverTexts } from './takeover/texts.ts'
import { accessTexts } from './texts.ts'

type Asked =
  | { readonly kind: 'add' | 'take-over' }
  | { readonly kind: 'edit' | 'remove'; readonly rule: AccessRule }

/** Who may do what, in sentences. */
export function RulesSection() {
  const t = useText(accessTexts)
  const ofTakeover = useText(takeoverTexts)
  const common = useText(pageTexts)
  const rules = useAccessRules()
  const [asked, setAsked] = useState<Asked>()
  const close = () => setAsked(undefined)
  return (
    <Section
      id="rules"
      title={t('rules')}
      about={t('rulesAbout')}
      actions={
        <Button icon="plus" onClick={() => setAsked({ kind: 'add' })}>
          {t('addRule')}
        </Button>
      }
    >
      {rules.error && <Failed error={rules.error} retry={rules.refetch} />}
      {rules.isPending && <Spinner label={common('loading')} />}
      <ul className={`${page.card} ${page.rows}`} hidden={!rules.data}>
        {rules.data?.length === 0 && <li className={`${page.padded} ${styles.quiet}`}>{t('noRules')}</li>}
        {rules.data?.map((rule) => (
          <RuleRow key={rule.id} rule={rule} onAsk={(kind) => setAsked({ kind, rule })} />
        ))}
      </ul>
      <p className={styles.takeover}>
        <span>{ofTakeover('invitation')}</span>
        <Button icon="file-up" onClick={() => setAsked({ kind: 'take-over' })}>
          {ofTakeover('open')}
        </Button>
      </p>
      {asked?.kind === 'add' && <RuleDialog onClose={close} />}
      {asked?.kind === 'take-over' && <TakeoverDialog onClose={close} />}
      {asked?.kind === 'edit' && <RuleDialog rule={asked.rule} onClose={close} />}
      {asked?.kind === 'remove' && <RemoveDialog rule={asked.rule} onClose={close} />}
    </Section>
  )
}

function RuleRow({
  rule,
  onAsk,
}: {
  readonly rule: AccessRule
  readonly onAsk: (kind: 'edit' | 'remove') => void
}) {
  const t = useText(accessTexts)
  const common = useText(pageTexts)
  const sentence = useSentence()
  const isAllowing = rule.effect === 'allow'
  return (
    <li className={`${page.row} ${styles.rule}`}>
      <span className={isAllowing ? styles.allows : styles.forbids}>
        <Icon name={isAllowing ? 'circle-check' : 'circle-x'} size={18} />
        <span className="visually-hidden">{t(isAllowing ? 'allows' : 'forbids')}</span>
      </span>
      <div className={page.rowMain}>
        <p className={styles.sentence}>
          <RuleSentence rule={rule} />
        </p>
        {rule.note && <p className={styles.note}>{rule.note}</p>}
        {isAllowing && <RuleLimits rule={rule} />}
      </div>
      <Menu
        items={[
          { label: common('edit'), icon: 'pencil', onSelect: () => onAsk('edit') },
          {
            label: t('remove'),
            icon: 'trash-2',
            dangerous: true,
            separator: true,
            onSelect: () => onAsk('remove'),
          },
        ]}
      >
        <IconButton icon="ellipsis-vertical" label={t('ruleActions', { rule: sentence(rule) })} />
      </Menu>
    </li>
  )
}

function RuleLimits({ rule: { maxQoS, retain, actions } }: { readonly rule: AccessRule }) {
  const t = useText(accessTexts)
  const isUnretained = !retain && actions.includes('publish')
  if (maxQoS === 2 && !isUnretained) return null
  return (
    <span className={styles.limits}>
      {maxQoS < 2 && <Badge>{t('limitQoS', { qos: maxQoS })}</Badge>}
      {isUnretained && <Badge>{t('notRetained')}</Badge>}
    </span>
  )
}

/** Asks once it is known whom it would hurt. */
function RemoveDialog({ rule, onClose }: { readonly rule: AccessRule; readonly onClose: () => void }) {
  const t = useText(accessTexts)
  const common = useText(pageTexts)
  const losses = useQuery({
    queryKey: [...keys.accessRules, 'rehearse', rule.id],
    queryFn: () => api.access.rehearse({ id: rule.id }),
    gcTime: 0,
  })
  const remove = useMutation({
    mutationFn: () => api.access.removeRule(rule.id),
    onSuccess: () => notify.ok(t('ruleRemoved')),
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => {
      onClose()
      return refreshAccess()
    },
  })
  const isHarmful = (losses.data?.length ?? 0) > 0
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('removeTitle')}
      width={460}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            variant="danger"
            busy={remove.isPending}
            disabled={losses.isPending}
            onClick={() => remove.mutate()}
          >
            {t(isHarmful ? 'removeAnyway' : 'remove')}
          </Button>
        </>
      }
    >
      <div className={page.form}>
        <p className={styles.sentence}>
          <RuleSentence rule={rule} />
        </p>
        {losses.isPending && <Spinner label={common('loading')} />}
        {isHarmful && <Losses losses={losses.data ?? []} />}
        {losses.data?.length === 0 && <p className={styles.quiet}>{t('noLosses')}</p>}
      </div>
    </Dialog>
  )
}
