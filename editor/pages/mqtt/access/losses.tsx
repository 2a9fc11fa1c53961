import type { AccessLoss } from '../../../api/types.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Icon } from '../../../ui/icon.tsx'
import styles from './access.module.css'
import { accessTexts } from './texts.ts'

const MOST = 5

/** Whom a change would take something away from now. */
export function Losses({ losses }: { readonly losses: readonly AccessLoss[] }) {
  const t = useText(accessTexts)
  return (
    <div className={styles.losses} role="alert">
      <Icon name="triangle-alert" />
      <div>
        <p>{t('losses', { count: losses.length })}</p>
        <ul>
          {losses.slice(0, MOST).map(({ clientId, user, publish, filters }) => (
            <li key={clientId}>
              <strong>{user ?? clientId}</strong>
              {user !== undefined && ` (${clientId})`}{' '}
              {[
                publish && t('lossPublish'),
                filters.length > 0 && t('lossFilters', { filters: filters.join(', ') }),
              ]
                .filter(Boolean)
                .join(', ')}
            </li>
          ))}
          {losses.length > MOST && <li>{t('moreLosses', { count: losses.length - MOST })}</li>}
        </ul>
      </div>
    </div>
  )
}
