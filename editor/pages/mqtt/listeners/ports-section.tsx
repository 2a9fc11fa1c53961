import { api } from '../../../api/api.ts'
import type { Listeners } from '../../../api/types.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Switch } from '../../../ui/switch.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import styles from './listeners.module.css'
import { listenerTexts } from './texts.ts'
import { useListenerChange } from './use-listener-change.ts'

interface PortProps {
  readonly icon: string
  readonly title: string
  readonly about: string
  readonly port: number | undefined
}

/** Which doors there are, and who may use the one with TLS. */
export function PortsSection({ listeners }: { readonly listeners: Listeners }) {
  const t = useText(listenerTexts)
  const { ports, origins, needsProof, reachedAs, tls } = listeners
  const set = useListenerChange(api.listeners.set, () => t('saved'))
  return (
    <Section id="ports" title={t('ports')} about={t('portsAbout')}>
      <ul className={`${page.card} ${page.rows}`}>
        <Port
          icon="shield-check"
          title={t('secure')}
          about={tls ? t('secureAbout') : t('offAbout')}
          port={ports.mqtts}
        />
        <Port icon="radio-tower" title={t('plain')} about={t('plainAbout')} port={ports.mqtt} />
        <Port icon="globe" title={t('webSocket')} about={t('webSocketAbout')} port={ports.http} />
      </ul>
      <div className={`${page.card} ${page.padded} ${page.form}`}>
        <dl className={styles.facts}>
          <dt>{t('reachedAs')}</dt>
          <dd>{reachedAs.join(', ')}</dd>
        </dl>
        {tls && (
          <Switch
            label={t('needsProof')}
            hint={t('needsProofHint')}
            checked={needsProof}
            disabled={set.isPending}
            onChange={(wanted) => set.mutate({ origins, needsProof: wanted })}
          />
        )}
      </div>
    </Section>
  )
}

function Port({ icon, title, about, port }: PortProps) {
  const t = useText(listenerTexts)
  return (
    <li className={page.row}>
      <span className={page.rowIcon}>
        <Icon name={icon} size={18} />
      </span>
      <div className={page.rowMain}>
        <span className={page.rowTitle}>{title}</span>
        <span className={page.rowAbout}>
          {port === undefined ? about : `${t('port', { port: String(port) })} · ${about}`}
        </span>
      </div>
      <span className={page.state}>
        {port === undefined ? <Badge>{t('off')}</Badge> : <Badge tone="ok">{t('open')}</Badge>}
      </span>
    </li>
  )
}
