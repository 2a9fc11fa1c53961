import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import styles from './canvas.module.css'
import { useWiring } from './canvas-context.ts'
import { wiringTexts } from './wiring-texts.ts'

interface WiringHintProps {
  readonly nameOf: (node: string) => string
  readonly onCancel: () => void
}

/** Says what to do next while a wire is being drawn, above all to who taps. */
export function WiringHint({ nameOf, onCancel }: WiringHintProps) {
  const t = useText(wiringTexts)
  const start = useWiring((wiring) => wiring.start)
  return (
    <div role="status">
      {start && (
        <div className={styles.hint}>
          <Icon name="cable" />
          <span>{t(start.side === 'output' ? 'armed' : 'armedBack', { name: nameOf(start.node) })}</span>
          <Button variant="ghost" onClick={onCancel}>
            {t('cancel')}
          </Button>
        </div>
      )}
    </div>
  )
}
