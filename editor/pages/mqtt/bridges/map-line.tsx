import { exampleOf } from '#kit/topic-map.ts'
import type { BridgeMap } from '../../../api/types.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Icon } from '../../../ui/icon.tsx'
import styles from './bridges.module.css'
import { bridgeTexts } from './texts.ts'

const arrows = { out: 'arrow-right', in: 'arrow-left', both: 'arrow-left-right' } as const
const words = { out: 'goesOut', in: 'comesIn', both: 'goesBoth' } as const

/** What a line does, by a topic as an example: `home/x here → haus/home/x there`. */
export function MapLine({ map }: { readonly map: BridgeMap }) {
  const t = useText(bridgeTexts)
  const { local, remote } = exampleOf(map)
  return (
    <span className={styles.map}>
      <code>{t('here', { topic: local || '…' })}</code>
      <Icon name={arrows[map.direction]} size={14} />
      <span className="visually-hidden">{t(words[map.direction])}</span>
      <code>{t('there', { topic: remote || '…' })}</code>
      <span>QoS {map.qos}</span>
    </span>
  )
}
