import * as RadioGroup from 'radix-ui/radio-group'
import { type FrameColor, frameColor, frameColors } from '../../document/commands/groups.ts'
import { useText } from '../../i18n/use-text.ts'
import styles from './structure.module.css'
import { settingsTexts } from './texts.ts'

interface ColorChoiceProps {
  readonly color: string | undefined
  readonly onChange: (color: FrameColor) => void
}

/** One of the colours of frames and notes. */
export function ColorChoice({ color, onChange }: ColorChoiceProps) {
  const t = useText(settingsTexts)
  return (
    <RadioGroup.Root
      className={styles.colors}
      aria-label={t('color')}
      value={frameColor(color)}
      onValueChange={(value) => onChange(frameColor(value))}
    >
      {frameColors.map((name) => (
        <RadioGroup.Item
          key={name}
          value={name}
          data-color={name}
          aria-label={t(`color.${name}`)}
          title={t(`color.${name}`)}
        />
      ))}
    </RadioGroup.Root>
  )
}
