import * as Radix from 'radix-ui/dialog'
import type { CSSProperties, ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { noteOpener, returnFocus } from './focus-return.ts'
import { Icon } from './icon.tsx'
import styles from './overlay.module.css'
import { kitTexts } from './texts.ts'

interface DialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  /** A sentence under the title; also read aloud on opening. */
  readonly about?: ReactNode
  /** Buttons, the one that does it last. */
  readonly actions?: ReactNode
  /** Pixels; narrower on a narrow screen. */
  readonly width?: number
  readonly children?: ReactNode
}

/** A question that must be answered, or a form apart. Escape and a click beside it close it. */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, about, actions, width = 480, children } = props
  return (
    <Layer open={open} onClose={onClose}>
      <Radix.Content
        className={styles.dialog}
        onOpenAutoFocus={focusFirstField}
        onCloseAutoFocus={returnFocus}
        style={{ '--dialog-width': `${width}px` } as CSSProperties}
        {...(!about && { 'aria-describedby': undefined })}
      >
        <Head title={title} />
        {about && <Radix.Description className={styles.about}>{about}</Radix.Description>}
        {children && <div className={styles.body}>{children}</div>}
        {actions && <div className={styles.foot}>{actions}</div>}
      </Radix.Content>
    </Layer>
  )
}

/** A dialog from the lower edge, for phones. */
export function Sheet({
  open,
  onClose,
  title,
  children,
}: Pick<DialogProps, 'open' | 'onClose' | 'title' | 'children'>) {
  return (
    <Layer open={open} onClose={onClose}>
      <Radix.Content
        className={styles.sheet}
        onOpenAutoFocus={focusFirstField}
        onCloseAutoFocus={returnFocus}
        aria-describedby={undefined}
      >
        <Head title={title} />
        <div className={styles.body}>{children}</div>
      </Radix.Content>
    </Layer>
  )
}

// Where there is nothing to fill in, the dialog itself takes the focus, so that Enter does nothing by accident.
function focusFirstField(event: Event): void {
  noteOpener(event)
  if (!(event.currentTarget instanceof HTMLElement)) return
  event.preventDefault()
  const field = event.currentTarget.querySelector<HTMLElement>(
    'input:not([hidden]), textarea, [role="combobox"]',
  )
  const target = field ?? event.currentTarget
  target.focus()
}

const Layer = ({ open, onClose, children }: Pick<DialogProps, 'open' | 'onClose' | 'children'>) => (
  <Radix.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
    <Radix.Portal>
      <Radix.Overlay className={styles.veil} />
      {children}
    </Radix.Portal>
  </Radix.Root>
)

function Head({ title }: Pick<DialogProps, 'title'>) {
  const t = useText(kitTexts)
  return (
    <div className={styles.head}>
      <Radix.Title asChild>
        <h2>{title}</h2>
      </Radix.Title>
      <Radix.Close asChild>
        <button type="button" className={styles.close} aria-label={t('close')}>
          <Icon name="x" />
        </button>
      </Radix.Close>
    </div>
  )
}
