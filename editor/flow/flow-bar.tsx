import { useRef } from 'react'
import { useStore } from 'zustand'
import type { StepLabel } from '#flows/operations/change.ts'
import { keysOf } from '../actions/action.ts'
import { api } from '../api/api.ts'
import { useIsOwner, useSummary } from '../api/queries.ts'
import type { Person } from '../api/types.ts'
import { canvasActions } from '../canvas/canvas-actions.ts'
import { DeployButton } from '../deploy/deploy-button.tsx'
import type { Deployment } from '../deploy/deployment.ts'
import { openRevisions, useLooking } from '../deploy/looking.ts'
import { deployTitles } from '../deploy/titles.ts'
import { GuaranteeBadge } from '../guarantee/guarantee-badge.tsx'
import { errorText, problemText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { toggleValues } from '../live/shown-values.ts'
import { liveTexts } from '../live/texts.ts'
import { PeopleBar } from '../people/people-bar.tsx'
import { peopleTexts } from '../people/texts.ts'
import { useFieldLock } from '../people/use-field-lock.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { download } from '../ui/download.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { notify } from '../ui/toast.tsx'
import { useSafeModeItem } from './control/use-safe-mode-item.ts'
import styles from './flow.module.css'
import { flowActions } from './flow-actions.ts'
import { useDocument, useFlow } from './flow-context.ts'
import { StepsButton } from './steps/steps-button.tsx'
import { StepsSpoken } from './steps-spoken.tsx'
import { flowTexts } from './texts.ts'
import { ViewButton } from './view-button.tsx'

/** The bar over the canvas: what the flow is called, whether it is saved, and whether it runs as drawn. */
export function FlowBar({
  deployment,
  isNarrow,
}: {
  readonly deployment: Deployment
  readonly isNarrow: boolean
}) {
  const { isReadOnly } = useFlow().document
  const name = useDocument((state) => state.flow.name)
  const looks = useLooking(({ looking }) => looking !== undefined)
  return (
    <div className={styles.bar} data-pane="">
      <h1 className={isReadOnly ? styles.heading : 'visually-hidden'}>{name}</h1>
      {isReadOnly ? <LookOnly /> : <NameField />}
      {!isReadOnly && <SaveState isNarrow={isNarrow} />}
      <FlowGuarantee isNarrow={isNarrow} />
      <span className={styles.grow} />
      <FlowPeople />
      {!isNarrow && !looks && <ViewButton />}
      {!isReadOnly && !looks && <UndoButtons />}
      <MoreMenu deployment={deployment} isNarrow={isNarrow} />
      {!isReadOnly && !isNarrow && deployment.isRunning && <StopButton deployment={deployment} />}
      {!isReadOnly && <DeployButton deployment={deployment} />}
    </div>
  )
}

/** Who else is here; pressed, what they have selected is shown. */
function FlowPeople() {
  const { document, canvas } = useFlow()
  const show = ({ in: scope, nodes: [node] }: Person) => {
    if (node === undefined) return
    document.enter(scope)
    canvas()?.reveal(node)
  }
  return <PeopleBar onShow={show} />
}

/** As the server saw the draft that was saved last. */
function FlowGuarantee({ isNarrow }: { readonly isNarrow: boolean }) {
  const { document, canvas } = useFlow()
  const guarantee = useSummary(document.flow.id)?.guarantee
  if (!guarantee) return null
  return (
    <GuaranteeBadge
      guarantee={guarantee}
      isNarrow={isNarrow}
      onJump={(node) => document.node(node) && canvas()?.reveal(node)}
    />
  )
}

/** Says to who may only look why there is nothing to press. */
function LookOnly() {
  const t = useText(flowTexts)
  return (
    <span className={styles.saveState} title={t('lookOnlyAbout')}>
      <Icon name="eye" size={14} />
      <span>{t('lookOnly')}</span>
      <span className="visually-hidden">{t('lookOnlyAbout')}</span>
    </span>
  )
}

/** What the name is called for everybody who has the flow open. */
const FLOW_NAME = 'flow name'

function NameField() {
  const t = useText(flowTexts)
  const { document, whereabouts } = useFlow()
  const name = useDocument((state) => state.flow.name)
  const locked = useFieldLock(FLOW_NAME)
  const words = useText(peopleTexts)
  return (
    <input
      readOnly={locked !== undefined}
      title={locked === undefined ? undefined : words('isTyping', { name: locked })}
      className={styles.name}
      aria-label={t('flowName')}
      autoComplete="off"
      maxLength={200}
      value={name}
      onChange={(event) => {
        whereabouts.type(FLOW_NAME)
        document.describe({ name: event.target.value })
      }}
      onBlur={() => {
        whereabouts.leave()
        if (document.flow.name.trim() === '') document.describe({ name: t('untitled') })
        document.seal()
      }}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
}

const saveIcons = {
  saved: 'check',
  saving: 'refresh-cw',
  offline: 'unplug',
  refused: 'circle-alert',
} as const

function SaveState({ isNarrow }: { readonly isNarrow: boolean }) {
  const t = useText(flowTexts)
  const { autosave } = useFlow()
  const state = useStore(autosave.store)
  return (
    <span className={styles.saveState} data-state={state.kind} role="status">
      <Icon name={saveIcons[state.kind]} size={14} />
      <span className={isNarrow ? 'visually-hidden' : undefined}>
        {t(state.kind)}
        {state.kind === 'refused' && `: ${state.message}`}
      </span>
    </span>
  )
}

function UndoButtons() {
  const t = useText(flowTexts)
  const { document } = useFlow()
  const undo = useDocument((state) => state.undo)
  const redo = useDocument((state) => state.redo)
  const name = ({ code, count }: StepLabel) => t(`step.${code}`, { count })
  return (
    <>
      <IconButton
        icon="undo-2"
        label={undo ? t('undoStep', { step: name(undo) }) : t('undo')}
        keys={keysOf(flowActions, 'undo')}
        tooltip="bottom"
        disabled={!undo}
        onClick={() => document.undo()}
      />
      <IconButton
        icon="redo-2"
        label={redo ? t('redoStep', { step: name(redo) }) : t('redo')}
        keys={keysOf(flowActions, 'redo')}
        tooltip="bottom"
        disabled={!redo}
        onClick={() => document.redo()}
      />
      <StepsButton />
      <StepsSpoken />
    </>
  )
}

function MoreMenu({ deployment, isNarrow }: { readonly deployment: Deployment; readonly isNarrow: boolean }) {
  const t = useText(flowTexts)
  const { document, autosave, canvas, onForeign } = useFlow()
  const words = useText(deployTitles)
  const isOwner = useIsOwner()
  const isTrusted = useSummary(document.flow.id)?.trusted ?? false
  const file = useRef<HTMLInputElement>(null)
  const live = useText(liveTexts)
  const safeMode = useSafeModeItem()

  const exportFlow = async () => {
    try {
      await autosave.flush()
      download(`${document.flow.id}.json`, await api.flows.export(document.flow.id))
    } catch (error) {
      notify.error(t('exportFailed'), { about: errorText(error) })
    }
  }
  const importFile = async (chosen: File | undefined) => {
    if (!chosen) return
    const { readFragment } = await import('../document/read-fragment.ts')
    const fragment = readFragment(await chosen.text())
    if (!fragment.ok)
      return void notify.error(t('importFailed'), {
        about: fragment.problems
          .slice(0, 1)
          .map((problem) => problemText(problem))
          .join(),
      })
    onForeign(fragment.value)
    const ids = document.paste(fragment.value, canvas()?.below(), 'import')
    canvas()?.showAll()
    notify.ok(t('imported', { count: ids.length }))
  }
  const distrust = async () => {
    try {
      await api.flows.trust(document.flow.id, false)
      notify.ok(t('distrusted'))
    } catch (error) {
      notify.error(errorText(error))
    }
  }
  return (
    <>
      <Menu
        items={[
          ...(document.isReadOnly
            ? [{ label: words('history'), icon: 'history', onSelect: openRevisions }]
            : [{ label: t('importInto'), icon: 'upload', onSelect: () => file.current?.click() }]),
          { label: t('exportFlow'), icon: 'download', onSelect: () => void exportFlow() },
          {
            label: t('selectAll'),
            icon: 'scan-search',
            keys: keysOf(canvasActions, 'select-all'),
            onSelect: () => document.selectAll(),
            separator: true,
          },
          {
            label: live('valuesOn'),
            icon: 'activity',
            onSelect: () => toggleValues(document.flow.id),
            separator: true,
          },
          ...(document.isReadOnly ? [] : [safeMode]),
          ...(isOwner && isTrusted
            ? [
                {
                  label: t('distrust'),
                  icon: 'shield-alert',
                  onSelect: () => void distrust(),
                  separator: true,
                },
              ]
            : []),
          ...(!document.isReadOnly && isNarrow && deployment.isRunning
            ? [
                {
                  label: t('stopFlow'),
                  icon: 'circle-stop',
                  onSelect: () => void deployment.stop(),
                  separator: true,
                },
              ]
            : []),
        ]}
      >
        <IconButton icon="ellipsis" label={t('more')} tooltip="bottom" />
      </Menu>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={t('importInto')}
        onChange={(event) => {
          void importFile(event.target.files?.[0])
          event.target.value = ''
        }}
      />
    </>
  )
}

function StopButton({ deployment }: { readonly deployment: Deployment }) {
  const t = useText(flowTexts)
  return (
    <Button icon="circle-stop" busy={deployment.busy === 'stop'} onClick={() => void deployment.stop()}>
      {t('stop')}
    </Button>
  )
}
