import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { api } from '../api/api.ts'
import { useAlarms, useSummary } from '../api/queries.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { notify } from '../ui/toast.tsx'
import styles from './begin.module.css'
import { begun, passed, passStep, type StepName } from './begun.ts'
import { door, phonesOf, SIMULATED_TOPIC } from './door-changes.ts'
import { OwnDoor } from './own-door.tsx'
import { OwnPhone } from './own-phone.tsx'
import { ScanHouse } from './scan-house.tsx'
import { beginTexts } from './texts.ts'

const steps: readonly StepName[] = ['open', 'own', 'phone', 'deploy', 'scan']

/** Five steps from the template of the door alarm to an alarm of one's own, ticked by what has really happened. */
export function Checklist() {
  const t = useText(beginTexts)
  const { document } = useFlow()
  const { id } = document.flow
  const heading = useId()
  const done = useDone(id)
  const next = steps.find((step) => !done.has(step))
  const [isFolded, setFolded] = useState(() => matchMedia('(max-width: 640px)').matches)
  const [chosen, setChosen] = useState<StepName>()
  const shown = chosen ?? next
  const contents: Readonly<Record<StepName, () => ReactNode>> = {
    open: () => <OpenDoor />,
    own: () => <OwnDoor onDone={() => setChosen(undefined)} />,
    phone: () => <OwnPhone onDone={() => setChosen(undefined)} />,
    deploy: () => <Deploy />,
    scan: () => <ScanHouse />,
  }
  return (
    <section className={styles.checklist} aria-labelledby={heading}>
      <header>
        <div className={styles.heading}>
          <h2 id={heading}>{t('title')}</h2>
          <span role="status">{t('progress', { done: done.size, count: steps.length })}</span>
        </div>
        <IconButton
          icon={isFolded ? 'chevron-up' : 'chevron-down'}
          size="small"
          label={t(isFolded ? 'unfold' : 'fold')}
          aria-expanded={!isFolded}
          onClick={() => setFolded(!isFolded)}
        />
        <IconButton icon="x" size="small" label={t('close')} onClick={() => begun.toggle(id)} />
      </header>
      {!isFolded && (
        <ol>
          {steps.map((step) => (
            <li key={step}>
              <button
                type="button"
                className={styles.step}
                aria-expanded={step === shown}
                onClick={() => setChosen(step === shown ? undefined : step)}
              >
                <Icon name={done.has(step) ? 'circle-check' : 'circle-dot'} size={18} />
                <span>{t(step)}</span>
                {done.has(step) && <span className="visually-hidden">{t('done')}</span>}
              </button>
              {step === shown && <div className={styles.content}>{contents[step]()}</div>}
            </li>
          ))}
        </ol>
      )}
      {!isFolded && next === undefined && <p className={styles.all}>{t('all')}</p>}
    </section>
  )
}

/** The steps that are done: by what the flow is, by what the house has seen, or passed over. */
function useDone(flow: string): ReadonlySet<StepName> {
  const t = useText(beginTexts)
  const drawing = useDocument((state) => state.flow)
  const summary = useSummary(flow)
  const { data: alarms } = useAlarms()
  const steps = passed.use((state) => state.ids)
  const isPassed = (step: StepName) => steps.includes(`${flow} ${step}`)
  const hasRung = alarms?.some((alarm) => alarm.flow === flow && alarm.node === door.alarm) ?? false
  const wasRung = useRef(isPassed('open'))
  useEffect(() => {
    if (!hasRung || wasRung.current) return
    wasRung.current = true
    passStep(flow, 'open')
    notify.warn(t('rang'), { about: t('rangAbout') })
  }, [flow, hasRung, t])

  const topic = drawing.nodes.find(({ id }) => id === door.door)?.config['topic']
  const own = isPassed('own') || topic !== SIMULATED_TOPIC
  const phone = isPassed('phone') || phonesOf(drawing).length > 0
  const isLive = summary?.running !== undefined && !summary.changed
  const done: Readonly<Record<StepName, boolean>> = {
    open: isPassed('open') || hasRung,
    own,
    phone,
    deploy: own && phone && isLive,
    scan: isPassed('scan'),
  }
  return new Set(stepsDone(done))
}

const stepsDone = (done: Readonly<Record<StepName, boolean>>): readonly StepName[] =>
  steps.filter((step) => done[step])

function OpenDoor() {
  const t = useText(beginTexts)
  const { document, deployment } = useFlow()
  const hasSimulated = useDocument(({ byId }) => byId.has(door.simulated))
  const open = () =>
    api.flows
      .poke(document.flow.id, door.simulated, { payload: true })
      .catch((error: unknown) => notify.error(errorText(error)))
  return (
    <>
      <p>{t(deployment.isRunning ? 'openAbout' : 'openStopped')}</p>
      <Button
        variant="primary"
        icon="door-open"
        disabled={!deployment.isRunning || !hasSimulated}
        onClick={() => void open()}
      >
        {t('openNow')}
      </Button>
    </>
  )
}

function Deploy() {
  const t = useText(beginTexts)
  const { document, deployment } = useFlow()
  const summary = useSummary(document.flow.id)
  const isLive = deployment.isRunning && summary?.changed === false
  return (
    <>
      <p>{t('deployAbout')}</p>
      {isLive ? (
        <p>{t('deployRuns')}</p>
      ) : (
        <Button
          variant="primary"
          icon="rocket"
          busy={deployment.busy === 'deploy'}
          onClick={() => void deployment.deploy()}
        >
          {t('deployNow')}
        </Button>
      )}
    </>
  )
}
