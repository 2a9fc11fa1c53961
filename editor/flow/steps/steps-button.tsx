import { Suspense, useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { IconButton } from '../../ui/button.tsx'
import { later } from '../../ui/lazy-part.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { stepTexts } from './texts.ts'

const StepList = later(async () => (await import('./step-list.tsx')).StepList)

/** Opens the list of all steps, beside undo and redo. */
export function StepsButton() {
  const t = useText(stepTexts)
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      trigger={<IconButton icon="chevron-down" label={t('open')} tooltip="bottom" />}
    >
      <Suspense fallback={<Spinner label={t('loading')} />}>
        <StepList onDone={() => setOpen(false)} />
      </Suspense>
    </Popover>
  )
}
