import type { Catalogue } from '#flows/catalogue.ts'
import type { FlowNode } from '#flows/flow.ts'
import type { NodeFate } from '#flows/restarts.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './deploy.module.css'
import { deployTexts } from './texts.ts'

/** More than this many would not be read one by one. */
const NAMED = 8

interface RestartListProps {
  readonly fates: readonly NodeFate[]
  /** Those that run and those that will, with what stands in subflows. */
  readonly nodes: ReadonlyMap<string, FlowNode>
  readonly catalogue: Catalogue
}

/** What a deploy does to the nodes that run: which carry on, which start anew, and what that costs them. */
export function RestartList({ fates, nodes, catalogue }: RestartListProps) {
  const t = useText(deployTexts)
  const count = (fate: NodeFate['fate']) => fates.filter((one) => one.fate === fate).length
  const touched = fates.filter(({ fate }) => fate === 'restart' || fate === 'stop')
  const [keeps, starts] = [count('keep'), count('start')]
  const sentence = (one: NodeFate): string => {
    const node = nodes.get(one.node)
    const definition = catalogue.nodes.get(node?.type ?? '')
    const name = node?.name ?? (definition ? nodeTitle(definition) : one.node)
    if (one.fate !== 'restart') return t('restart.stop', { name })
    const isCode = definition?.writesMessages ?? false
    return t(one.why === 'settings' && isCode ? 'restart.code' : `restart.${one.why}`, { name })
  }
  return (
    <ul className={styles.restarts}>
      {touched.length === 0 && keeps > 0 && starts === 0 && <li>{t('nothingRestarts')}</li>}
      {touched.slice(0, NAMED).map((one) => (
        <li key={one.node}>
          <Icon name={one.fate === 'stop' ? 'circle-stop' : 'refresh-cw'} size={14} />
          <span>{sentence(one)}</span>
        </li>
      ))}
      {touched.length > NAMED && <li>{t('moreRestarts', { count: touched.length - NAMED })}</li>}
      {starts > 0 && (
        <li>
          <Icon name="circle-play" size={14} />
          <span>{t('starts', { count: starts })}</span>
        </li>
      )}
      {keeps > 0 && (
        <li>
          <Icon name="circle-check" size={14} />
          <span>{t('keeps', { count: keeps })}</span>
        </li>
      )}
    </ul>
  )
}
