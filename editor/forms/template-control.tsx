import { compileTemplate, TemplateError } from '#kit/template.ts'
import { useLanguage } from '../i18n/language.ts'
import { useText } from '../i18n/use-text.ts'
import { Textarea } from '../ui/text-field.tsx'
import type { FieldControlProps } from './control-props.ts'
import styles from './form.module.css'
import { type SeenMessage, useSeen } from './seen-messages.ts'
import { formTexts } from './texts.ts'

/** A preview is cut behind so many characters. */
const SHOWN = 500

/** Text with places; two lines until it grows. Below, what it makes of the last message. */
export function TemplateControl({ control, value, words, onChange, onLeave }: FieldControlProps) {
  const t = useText(formTexts)
  const language = useLanguage()
  const last = useSeen().at(-1)
  const text = typeof value === 'string' ? value : ''
  const preview = last && text.includes('{{') ? renderPreview(text, last, language) : undefined
  return (
    <div className={styles.stack}>
      <Textarea
        {...control}
        short
        rows={2}
        value={text}
        onChange={onChange}
        onBlur={onLeave}
        placeholder={words.placeholder}
      />
      {preview !== undefined && (
        <p className={styles.preview}>
          <span>{t('preview')}</span> {preview}
        </p>
      )}
    </div>
  )
}

/** Nothing for a template that is still being typed: what is wrong with it stands under the field. */
function renderPreview(text: string, message: SeenMessage, language: string): string | undefined {
  try {
    return compileTemplate(text).render(message, { language, now: Date.now() }).slice(0, SHOWN)
  } catch (error) {
    if (error instanceof TemplateError) return undefined
    throw error
  }
}
