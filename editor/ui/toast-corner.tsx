import { useEffect } from 'react'
import { Toaster as Sonner, toast } from 'sonner'
import { useText } from '../i18n/use-text.ts'
import { kitTexts } from './texts.ts'
import { useTheme } from './theme.ts'
import { startSaying } from './toast.tsx'
import './toast.css'

/** Where short messages show: in the middle, for people work with what stands at the edges. */
export function ToastCorner() {
  const t = useText(kitTexts)
  const theme = useTheme((state) => state.shown)
  useEffect(() => startSaying((say) => say(toast)), [])
  return (
    <Sonner
      theme={theme}
      position="bottom-center"
      offset={{ bottom: 48 }}
      mobileOffset={{ bottom: 72 }}
      closeButton
      containerAriaLabel={t('toasts')}
      toastOptions={{ closeButtonAriaLabel: t('close') }}
    />
  )
}
