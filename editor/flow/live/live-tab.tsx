import { type Flow, readEndpoint, wireKey } from '#flows/flow.ts'
import { useNodeStatus } from '../../api/use-live.ts'
import { canvasTexts } from '../../canvas/texts.ts'
import { livePlace, liveWire } from '../../document/live-place.ts'
import { spokenText } from '../../i18n/error-text.ts'
import { formatDateTime, formatRate } from '../../i18n/format.ts'
import { useLanguage } from '../../i18n/language.ts'
import { useText } from '../../i18n/use-text.ts'
import { liveTexts } from '../../live/texts.ts'
import { useNodeErrors, useNodeRate, useWireValue } from '../../live/use-flow-values.ts'
import { useDocument, useFlow, useNodeName } from '../flow-context.ts'
import styles from './live-tab.module.css'

/** How a node does while its flow runs. */
export function LiveTab({ node }: { readonly node: string }) {
  const t = useText(liveTexts)
  const language = useLanguage()
  const { document } = useFlow()
  const flow = document.flow.id
  const place = livePlace(document, node)
  const rate = useNodeRate(flow, place)
  return (
    <div className={styles.live}>
      <dl className={styles.facts}>
        <State flow={flow} node={place} />
        <dt>{t('rate')}</dt>
        <dd>{formatRate(rate, language)}</dd>
        <Errors flow={flow} node={place} />
      </dl>
      <Wires node={node} />
    </div>
  )
}

interface PlaceProps {
  readonly flow: string
  readonly node: string
}

function State({ flow, node }: PlaceProps) {
  const t = useText(liveTexts)
  const canvas = useText(canvasTexts)
  const language = useLanguage()
  const status = useNodeStatus(flow, node)
  if (!status) return null
  const { state, text } = status
  return (
    <>
      <dt>{t('state')}</dt>
      <dd>{text === undefined ? canvas(`state.${state}`) : spokenText({ ...status, text }, language)}</dd>
    </>
  )
}

function Errors({ flow, node }: PlaceProps) {
  const t = useText(liveTexts)
  const language = useLanguage()
  const errors = useNodeErrors(flow, node)
  if (!errors?.last)
    return (
      <>
        <dt>{t('errorsSince')}</dt>
        <dd>{t('noErrors')}</dd>
      </>
    )
  const { count, last } = errors
  return (
    <>
      <dt>{t('errorsSince')}</dt>
      <dd className={styles.error}>{count.toLocaleString(language)}</dd>
      <dt>{t('lastError')}</dt>
      <dd className={styles.error}>
        {spokenText(last, language)}
        <time dateTime={new Date(last.at).toISOString()}>{formatDateTime(last.at, language)}</time>
      </dd>
    </>
  )
}

/** The wires at a node with what they carried last. */
function Wires({ node }: { readonly node: string }) {
  const t = useText(liveTexts)
  const wires = useDocument((state) => state.drawing.wires)
  const at = (side: 0 | 1): Flow['wires'] => wires.filter((wire) => readEndpoint(wire[side]).node === node)
  const [incoming, outgoing] = [at(1), at(0)]
  if (incoming.length + outgoing.length === 0) return <p className={styles.quiet}>{t('noWires')}</p>
  return (
    <>
      {incoming.length > 0 && <WireList title={t('lastIn')} wires={incoming} otherSide={0} />}
      {outgoing.length > 0 && <WireList title={t('lastOut')} wires={outgoing} otherSide={1} />}
    </>
  )
}

interface WireListProps {
  readonly title: string
  readonly wires: Flow['wires']
  /** The end that is not at this node. */
  readonly otherSide: 0 | 1
}

const WireList = ({ title, wires, otherSide }: WireListProps) => (
  <section>
    <h3>{title}</h3>
    <ul className={styles.wires}>
      {wires.map((wire) => (
        <WireLine key={wireKey(wire)} wire={wireKey(wire)} other={readEndpoint(wire[otherSide]).node} />
      ))}
    </ul>
  </section>
)

function WireLine({ wire, other }: { readonly wire: string; readonly other: string }) {
  const t = useText(liveTexts)
  const { document } = useFlow()
  const nameOf = useNodeName()
  const value = useWireValue(document.flow.id, liveWire(document, wire))
  return (
    <li>
      <button type="button" title={t('showWire')} onClick={() => document.select({ wires: [wire] })}>
        <span className={styles.name}>{nameOf(other)}</span>
        <output className={value ? styles.value : styles.quiet} aria-live="off">
          {value ? `${value.text}${value.unit === undefined ? '' : `\u202f${value.unit}`}` : t('nothingYet')}
        </output>
      </button>
    </li>
  )
}
