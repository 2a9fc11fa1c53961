import { api } from '../../api/api.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { showTrace } from '../../live/trace.ts'
import { notify } from '../../ui/toast.tsx'
import { useFlow } from '../flow-context.ts'
import { traceTexts } from './texts.ts'

/** Lights the way of a message that has gone by, and lists it in the drawer. */
export function useMessagePath(): (message: string) => void {
  const t = useText(traceTexts)
  const { document, panels } = useFlow()
  const flow = document.flow.id
  const show = async (message: string): Promise<void> => {
    const { steps } = await api.flows.path(flow, message)
    if (steps.length === 0) return void notify.warn(t('unknown'), { about: t('unknownAbout') })
    showTrace({ flow, message, steps })
    panels.openDrawer('trace')
  }
  return (message) => void show(message).catch((error: unknown) => notify.error(errorText(error)))
}
