import { useText } from '../i18n/use-text.ts'
import { IconButton } from './button.tsx'
import styles from './copy-field.module.css'
import { kitTexts } from './texts.ts'
import { notify } from './toast.tsx'

/** Text to take away, with a button that copies it. */
export function CopyField({ text }: { readonly text: string }) {
  const t = useText(kitTexts)
  const copy = async () => {
    if (await copyText(text)) notify.ok(t('copied'))
    else notify.warn(t('copyFailed'))
  }
  return (
    <div className={styles.copy}>
      <code>{text}</code>
      <IconButton icon="copy" size="small" label={t('copy')} onClick={() => void copy()} />
    </div>
  )
}

// The clipboard of `navigator` needs HTTPS; a house answers by plain HTTP, where the copy command still works.
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard)
    return await navigator.clipboard.writeText(text).then(
      () => true,
      () => copyByCommand(text),
    )
  return copyByCommand(text)
}

function copyByCommand(text: string): boolean {
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
  }
  document.addEventListener('copy', put, { once: true })
  const isDone = document.execCommand('copy')
  document.removeEventListener('copy', put)
  return isDone
}
