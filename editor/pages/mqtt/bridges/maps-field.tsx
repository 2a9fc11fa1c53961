import type { BridgeMap } from '../../../api/types.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import styles from './bridges.module.css'
import { MapLine } from './map-line.tsx'
import { bridgeTexts } from './texts.ts'

export const newMap: BridgeMap = {
  ...{ direction: 'out', filter: '#', localPrefix: '', remotePrefix: '', qos: 1 },
}

interface MapsFieldProps {
  readonly maps: readonly BridgeMap[]
  readonly onChange: (maps: readonly BridgeMap[]) => void
}

/** The lines of a bridge, each with what it makes of a topic. */
export function MapsField({ maps, onChange }: MapsFieldProps) {
  const t = useText(bridgeTexts)
  return (
    <fieldset className={styles.lines}>
      <legend>{t('topics')}</legend>
      {maps.map((map, index) => (
        <Line
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          key={index}
          number={index + 1}
          map={map}
          onChange={(changed) => onChange(maps.with(index, changed))}
          onRemove={maps.length > 1 ? () => onChange(maps.toSpliced(index, 1)) : undefined}
        />
      ))}
      <Button variant="ghost" icon="plus" className={styles.add} onClick={() => onChange([...maps, newMap])}>
        {t('addLine')}
      </Button>
    </fieldset>
  )
}

interface LineProps {
  readonly number: number
  readonly map: BridgeMap
  readonly onChange: (map: BridgeMap) => void
  readonly onRemove: (() => void) | undefined
}

function Line({ number, map, onChange, onRemove }: LineProps) {
  const t = useText(bridgeTexts)
  const set = (change: Partial<BridgeMap>) => onChange({ ...map, ...change })
  const text = (name: 'filter' | 'localPrefix' | 'remotePrefix') => (
    <Field label={t(name)}>
      {(control) => (
        <TextField {...control} mono value={map[name]} onChange={(value) => set({ [name]: value })} />
      )}
    </Field>
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset takes no grid
    <div className={styles.line} role="group" aria-label={t('line', { number })}>
      <div className={styles.lineHead}>
        <Field label={t('direction')}>
          {(control) => (
            <Segmented
              {...control}
              aria-label={t('direction')}
              value={map.direction}
              onChange={(direction) => set({ direction })}
              options={(['out', 'in', 'both'] as const).map((value) => ({ value, label: t(value) }))}
            />
          )}
        </Field>
        <Field label={t('qos')}>
          {(control) => (
            <Segmented
              {...control}
              aria-label={t('qos')}
              value={String(map.qos)}
              onChange={(qos) => set({ qos: Number(qos) as BridgeMap['qos'] })}
              options={['0', '1', '2'].map((value) => ({ value, label: value }))}
            />
          )}
        </Field>
        {onRemove && <IconButton icon="trash-2" label={t('removeLine', { number })} onClick={onRemove} />}
      </div>
      {text('localPrefix')}
      {text('filter')}
      {text('remotePrefix')}
      <div className={styles.preview}>
        <MapLine map={map} />
      </div>
    </div>
  )
}
