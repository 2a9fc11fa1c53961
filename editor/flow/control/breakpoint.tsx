import { asSet } from '#kit/condition-set.ts'
import { useText } from '../../i18n/use-text.ts'
import { JsonTree } from '../../ui/json-tree.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useFlow } from '../flow-context.ts'
import styles from './control.module.css'
import { StopActions } from './stop-actions.tsx'
import { controlTexts } from './texts.ts'
import { useControl, useSteering } from './use-steering.ts'

const ConditionBuilder = lazyPart(async () => (await import('./condition-builder.tsx')).ConditionBuilder)

/** Whether messages stop on a wire and when, and the one that does. */
export function BreakpointSection({ wire }: { readonly wire: string }) {
  const t = useText(controlTexts)
  const { isReadOnly } = useFlow().document
  const view = useControl()
  const steering = useSteering()
  const set = view?.breakpoints.find((breakpoint) => breakpoint.wire === wire)
  const stopped = view?.stopped.find((message) => message.wire === wire)
  if (isReadOnly && !set && !stopped) return null
  return (
    <section className={styles.breakpoint} aria-label={t('breakpoint')}>
      <Switch
        label={t('stopHere')}
        hint={set ? `${t('stopHint')} ${t('setBy', { name: set.by })}.` : undefined}
        checked={set !== undefined}
        disabled={isReadOnly}
        onChange={(isOn) => (isOn ? steering.setBreakpoint(wire) : steering.removeBreakpoint(wire))}
      />
      {set && !isReadOnly && (
        <ConditionBuilder
          conditions={set.condition && asSet(set.condition)}
          onApply={(conditions) => steering.setBreakpoint(wire, conditions)}
        />
      )}
      {stopped && (
        <div className={styles.stopped} role="status">
          <h3>{t('stopped')}</h3>
          <JsonTree value={stopped.message} open={2} />
          {stopped.waiting > 0 && <p>{t('waiting', { count: stopped.waiting })}</p>}
          <div className={styles.actions}>
            <StopActions stopped={stopped} />
          </div>
        </div>
      )}
    </section>
  )
}
