import styles from './form-error.module.css'
import { Icon } from './icon.tsx'

/** Why a form was refused, as a whole; announced at once. */
export const FormError = ({ text }: { readonly text: string }) => (
  <p role="alert" className={styles.error}>
    <Icon name="circle-alert" />
    <span>{text}</span>
  </p>
)
