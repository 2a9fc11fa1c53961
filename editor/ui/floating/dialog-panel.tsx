import * as Radix from 'radix-ui/dialog'
import type { CSSProperties, ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { noteOpener, returnFocus } from '../focus-return.ts'
import { Icon } from '../icon.tsx'
import { kitTexts } from '../texts.ts'
import styles from './floating.module.css'

export interface DialogPanelProps {
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

export type SheetPanelProps = Pick<DialogPanelProps, 'onClose' | 'title' | 'children'>

/** A dialog that is open. */
export function DialogPanel(props: DialogPanelProps) {
  const { onClose, title, about, actions, width = 480, children } = props
  return (
    <Layer onClose={onClose}>
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

/** A sheet that is open. */
export function SheetPanel({ onClose, title, children }: SheetPanelProps) {
  return (
    <Layer onClose={onClose}>
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

const Layer = ({ onClose, children }: Pick<DialogPanelProps, 'onClose' | 'children'>) => (
  <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
    <Radix.Portal>
      <Radix.Overlay className={styles.veil} />
      {children}
    </Radix.Portal>
  </Radix.Root>
)

function Head({ title }: Pick<DialogPanelProps, 'title'>) {
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
