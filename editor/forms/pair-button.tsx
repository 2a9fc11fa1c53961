import { Suspense, useState } from 'react'
import type { Discovery } from '../api/types.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { later } from '../ui/lazy-part.tsx'
import { Popover } from '../ui/popover.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { notify } from '../ui/toast.tsx'
import { formTexts } from './texts.ts'

const PairPanel = later(async () => (await import('./pair-panel.tsx')).PairPanel)

interface PairButtonProps {
  readonly connection: string
  readonly onFound: (found: Discovery) => void
}

/** Binds a phone or a group to a form, by a picture that the phone takes: nobody has to type a number. */
export function PairButton({ connection, onFound }: PairButtonProps) {
  const t = useText(formTexts)
  const [isOpen, setOpen] = useState(false)
  const found = (discovery: Discovery) => {
    setOpen(false)
    notify.ok(t('paired', { name: discovery.label }))
    onFound(discovery)
  }
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      trigger={
        <Button icon="smartphone" disabled={connection === ''}>
          {t('pair')}
        </Button>
      }
    >
      <Suspense fallback={<Spinner label={t('pairAsking')} />}>
        <PairPanel connection={connection} onFound={found} />
      </Suspense>
    </Popover>
  )
}
