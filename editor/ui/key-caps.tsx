import { useLanguage } from '../i18n/language.ts'
import styles from './key-caps.module.css'
import { isMac, keyCaps } from './keys.ts'

/** Keys as they stand on the keyboard. */
export function KeyCaps({ keys }: { readonly keys: string }) {
  const language = useLanguage()
  return (
    <kbd className={styles.keys}>
      {keyCaps(keys, language, isMac).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </kbd>
  )
}
