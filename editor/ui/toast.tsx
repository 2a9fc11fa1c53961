import { Toaster as Sonner, toast } from 'sonner'
import { useText } from '../i18n/use-text.ts'
import { kitTexts } from './texts.ts'
import { useTheme } from './theme.ts'
import './toast.css'

interface ToastOptions {
  /** A second line. */
  readonly about?: string | undefined
  readonly action?: { readonly label: string; readonly onClick: () => void }
  /** Milliseconds, where the usual ones are too few to read it. */
  readonly duration?: number
}

const options = ({ about, action, duration }: ToastOptions) => ({
  ...(about && { description: about }),
  ...(duration && { duration }),
  ...(action && { action }),
})

/** Short messages in the corner. Errors stay twice as long. */
export const notify = {
  ok: (text: string, more: ToastOptions = {}) => toast.success(text, options(more)),
  info: (text: string, more: ToastOptions = {}) => toast(text, options(more)),
  warn: (text: string, more: ToastOptions = {}) => toast.warning(text, { duration: 8000, ...options(more) }),
  error: (text: string, more: ToastOptions = {}) => toast.error(text, { duration: 8000, ...options(more) }),
}

/** Stands once in the app. */
export function Toaster() {
  const t = useText(kitTexts)
  const theme = useTheme((state) => state.shown)
  return (
    <Sonner
      theme={theme}
      position="bottom-right"
      mobileOffset={{ bottom: 72 }}
      closeButton
      containerAriaLabel={t('toasts')}
      toastOptions={{ closeButtonAriaLabel: t('close') }}
    />
  )
}
