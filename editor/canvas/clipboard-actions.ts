import type { Actions } from '../actions/action.ts'
import { textsIn } from '../i18n/define-texts.ts'
import { currentLanguage } from '../i18n/language.ts'
import { said } from '../i18n/said.ts'
import { isMac, keyText } from '../ui/keys.ts'
import { notify } from '../ui/toast.tsx'
import { canvasActionTexts } from './canvas-action-texts.ts'
import type { CanvasScope } from './canvas-actions.ts'
import { wiringTexts } from './wiring-texts.ts'

const title = (key: keyof (typeof canvasActionTexts)['en']) => said(canvasActionTexts, key)
const hasNodes = ({ document: { selection } }: CanvasScope) =>
  selection.nodes.size + selection.notes.size + selection.groups.size > 0

/**
 * Copy, cut and paste. Their keys are the browser's own, which sends the events that `useClipboard` takes: that
 * works on plain HTTP. From a menu they send the same events.
 */
export const clipboardActions: Actions<'canvas'> = [
  {
    id: 'cut',
    title: title('cut'),
    icon: 'scissors',
    group: 'edit',
    keys: ['Mod+X'],
    isBrowsersOwn: true,
    menu: ['node'],
    isEnabled: (scope) => hasNodes(scope) && !scope.document.isReadOnly,
    run: () => void document.execCommand('cut'),
  },
  {
    id: 'copy',
    title: title('copy'),
    icon: 'copy',
    group: 'edit',
    keys: ['Mod+C'],
    isBrowsersOwn: true,
    menu: ['node'],
    isEnabled: hasNodes,
    run: () => void document.execCommand('copy'),
  },
  {
    id: 'paste',
    title: title('paste'),
    icon: 'clipboard-paste',
    group: 'edit',
    keys: ['Mod+V'],
    isBrowsersOwn: true,
    menu: ['canvas', 'node'],
    isEnabled: ({ document }) => !document.isReadOnly,
    run: () => void paste(),
  },
]

/** Only a page that came by HTTPS may read the clipboard without the keys, and only if the person lets it. */
async function paste(): Promise<void> {
  const t = textsIn(wiringTexts, currentLanguage())
  const sayKeys = () =>
    notify.warn(t('pasteByKeys', { keys: keyText('Mod+V', currentLanguage(), isMac) }), {
      about: t('pasteByKeysAbout'),
    })
  if (!window.isSecureContext) return void sayKeys()
  try {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', await navigator.clipboard.readText())
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  } catch {
    sayKeys() // the person said no, or the browser does
  }
}
