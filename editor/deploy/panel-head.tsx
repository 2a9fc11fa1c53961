import { useText } from '../i18n/use-text.ts'
import { IconButton } from '../ui/button.tsx'
import styles from './deploy.module.css'
import { backToDraft } from './looking.ts'
import { deployTitles } from './titles.ts'

/** The title of what stands beside the canvas, with the way back. */
export function PanelHead({ title }: { readonly title: string }) {
  const t = useText(deployTitles)
  return (
    <header className={styles.panelHead}>
      <h2>{title}</h2>
      <IconButton icon="x" label={t('backToDraft')} onClick={backToDraft} />
    </header>
  )
}
