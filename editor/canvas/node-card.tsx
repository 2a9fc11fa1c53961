import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'
import type { FlowNode } from '#flows/flow.ts'
import { subflowOf } from '#flows/subflow.ts'
import type { Sentence } from '#kit/sentence.ts'
import { useNodeStatus } from '../api/use-live.ts'
import { problemText, spokenText } from '../i18n/error-text.ts'
import { useLanguage } from '../i18n/language.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { NodeBadge } from '../live/node-badge.tsx'
import { Icon } from '../ui/icon.tsx'
import styles from './canvas.module.css'
import { useCanvas } from './canvas-context.ts'
import type { CardNode } from './cards.ts'
import { MarkFrame } from './marks.tsx'
import { FarPorts, PortHandle } from './port-handle.tsx'
import type { DrawnNode } from './projection.ts'
import { useStateInside } from './structure/use-state-inside.ts'
import { canvasTexts } from './texts.ts'
import { useCardDetail } from './use-near.ts'

/** A node on the canvas; from further away, a box with its name. */
export const NodeCard = memo(function NodeCard({ data, selected }: NodeProps<CardNode>) {
  const isFull = useCardDetail() === 'full'
  const texts = useNodeTexts()
  const { definition } = data.shape
  const name = data.node.name ?? (definition ? texts.title(definition) : data.node.type)
  const family = definition?.group ?? 'unknown'
  if (!isFull)
    return (
      <div
        className={styles.far}
        data-family={family}
        data-selected={selected}
        data-problem={data.problem}
        data-disabled={data.node.disabled}
      >
        <span>{name}</span>
        {data.node.disabled && <Icon name="power-off" size={28} />}
        <FarPorts ports={data.box.ports} />
        <MarkFrame id={data.node.id} />
      </div>
    )
  return <FullCard data={data} name={name} family={family} selected={selected ?? false} />
})

interface FullCardProps {
  readonly data: DrawnNode
  readonly name: string
  readonly family: string
  readonly selected: boolean
}

function FullCard({ data, name, family, selected }: FullCardProps) {
  const { node, shape, box, wired, problem, chainBreak } = data
  const t = useText(canvasTexts)
  const texts = useNodeTexts()
  const language = useLanguage()
  const { definition } = shape
  const title = definition ? texts.title(definition) : t('unknownType')
  const said = typeof shape.caption === 'string' ? shape.caption : problemText(shape.caption, language)
  const caption = said || (title === name ? '' : title)
  return (
    <div
      className={styles.card}
      data-family={family}
      data-selected={selected}
      data-problem={problem}
      data-disabled={node.disabled}
    >
      <div className={styles.head}>
        <Icon name={definition?.icon ?? 'puzzle'} size={18} />
        <div className={styles.words}>
          <div className={styles.name}>{name}</div>
          {caption && <div className={styles.caption}>{caption}</div>}
        </div>
        {shape.button && !node.disabled && <PokeButton node={node.id} name={name} button={shape.button} />}
      </div>
      {problem && (
        <span className={styles.problem} data-level={problem}>
          <Icon name={problem === 'error' ? 'circle-alert' : 'triangle-alert'} size={14} />
          <span className="visually-hidden">{t(problem === 'error' ? 'hasError' : 'hasWarning')}</span>
        </span>
      )}
      {chainBreak && (
        <span className={styles.chainBreak} title={problemText(chainBreak, language)}>
          <Icon name="unlink" size={12} />
          <span className="visually-hidden">
            {t('breaksChain', { why: problemText(chainBreak, language) })}
          </span>
        </span>
      )}
      {box.ports.map((port) => (
        <PortHandle
          key={`${port.side} ${port.id}`}
          node={node.id}
          definition={definition}
          port={port}
          isWired={wired.has(`${port.side === 'input' ? 'in' : 'out'} ${port.id}`)}
        />
      ))}
      <State node={node} />
      <MarkFrame id={node.id} />
    </div>
  )
}

/** Under the card: what the node does, or that it does nothing. */
function State({ node }: { readonly node: FlowNode }) {
  const t = useText(canvasTexts)
  if (node.disabled)
    return (
      <div className={styles.status}>
        <Icon name="power-off" size={12} />
        <span>{t('disabled')}</span>
      </div>
    )
  return (
    <>
      {subflowOf(node) === undefined ? <StatusLine node={node.id} /> : <StateInside node={node.id} />}
      <Badge node={node.id} />
    </>
  )
}

interface PokeButtonProps {
  readonly node: string
  readonly name: string
  readonly button: true | Sentence
}

function PokeButton({ node, name, button }: PokeButtonProps) {
  const t = useText(canvasTexts)
  const language = useLanguage()
  const { onPoke, isReadOnly, livePlace } = useCanvas()
  if (isReadOnly) return null
  const words = button === true ? undefined : problemText(button, language)
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${styles.poke} nodrag nopan`}
      aria-label={words === undefined ? t('poke', { name }) : `${words}: ${name}`}
      onClick={() => onPoke(livePlace(node))}
    >
      {words ?? <Icon name="play" size={14} />}
    </button>
  )
}

const ends = ['FUNCTION_STUCK', 'FUNCTION_MEMORY', 'HOST_ENDED', 'FLOW_QUARANTINED'] as const

/** What ended a host is too important to be cut off: it has a few words that fit under the card. */
function shortOf(code: string | undefined): `short.${(typeof ends)[number]}` | undefined {
  const found = ends.find((end) => end === code)
  return found && `short.${found}`
}

function Badge({ node }: { readonly node: string }) {
  const { flow, livePlace } = useCanvas()
  return <NodeBadge flow={flow} node={livePlace(node)} />
}

/** A node that stands for a subflow shows the worst of what stands in it. */
function StateInside({ node }: { readonly node: string }) {
  const { flow, document, livePlace } = useCanvas()
  const t = useText(canvasTexts)
  const state = useStateInside(flow, document, [livePlace(node)])
  if (!state) return null
  return (
    <div className={styles.status} data-state={state}>
      <i aria-hidden="true" />
      <span>{t(`state.${state}`)}</span>
    </div>
  )
}

function StatusLine({ node }: { readonly node: string }) {
  const { flow, livePlace } = useCanvas()
  const t = useText(canvasTexts)
  const language = useLanguage()
  const status = useNodeStatus(flow, livePlace(node))
  if (!status) return null
  const text =
    status.text === undefined
      ? t(`state.${status.state}`)
      : spokenText({ ...status, text: status.text }, language)
  const short = shortOf(status.code)
  return (
    <div className={styles.status} data-state={status.state}>
      <i aria-hidden="true" />
      <span title={text}>
        {short ? t(short) : text}
        {short && <span className="visually-hidden">: {text}</span>}
      </span>
    </div>
  )
}
