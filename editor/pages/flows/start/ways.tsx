import { useText } from '../../../i18n/use-text.ts'
import { Icon } from '../../../ui/icon.tsx'
import styles from './start.module.css'
import { startTexts } from './texts.ts'

/** A way to begin, as it stands in the address: `/flows?show=devices`. */
export type Way = 'templates' | 'devices' | 'new'

const ways = [
  { way: 'templates', icon: 'layout-template', title: 'template', about: 'templateAbout' },
  { way: 'devices', icon: 'radio-tower', title: 'devices', about: 'devicesAbout' },
  { way: 'new', icon: 'plus', title: 'empty', about: 'emptyAbout' },
] as const

/** Three tiles: a template, devices that are there, or nothing. */
export function Ways({ onChoose }: { readonly onChoose: (way: Way) => void }) {
  const t = useText(startTexts)
  return (
    <ul className={styles.ways} aria-label={t('ways')}>
      {ways.map(({ way, icon, title, about }) => (
        <li key={way}>
          <button type="button" onClick={() => onChoose(way)}>
            <Icon name={icon} size={24} />
            <strong>{t(title)}</strong>
            <span>{t(about)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
