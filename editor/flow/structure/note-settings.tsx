import { colorSelection } from '../../document/commands/groups.ts'
import { resizeNote, writeNote } from '../../document/commands/notes.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Textarea } from '../../ui/text-field.tsx'
import { useDocument, useFlow } from '../flow-context.ts'
import inspector from '../inspector.module.css'
import { ColorChoice } from './color-choice.tsx'
import styles from './structure.module.css'
import { settingsTexts } from './texts.ts'

interface NoteSettingsProps {
  readonly id: string
  readonly onGone?: (() => void) | undefined
}

/** Everything one can set about a note. */
export function NoteSettings({ id, onGone }: NoteSettingsProps) {
  const t = useText(settingsTexts)
  const { document } = useFlow()
  const note = useDocument((state) => state.drawing.notes?.find((each) => each.id === id))
  if (!note) return null
  const [width, height] = note.size
  return (
    <fieldset className={inspector.content} disabled={document.isReadOnly} onBlur={() => document.seal()}>
      <h2>{t('note')}</h2>
      <Field label={t('text')}>
        {(control) => (
          <Textarea
            {...control}
            value={note.text}
            maxLength={20_000}
            onChange={(text) => writeNote(document, id, text)}
          />
        )}
      </Field>
      <ColorChoice color={note.color} onChange={(color) => colorSelection(document, color)} />
      <div className={styles.pair}>
        <Field label={t('width')}>
          {(control) => (
            <NumberField
              {...control}
              value={width}
              onChange={(value) => resizeNote(document, id, [value ?? width, height])}
            />
          )}
        </Field>
        <Field label={t('height')}>
          {(control) => (
            <NumberField
              {...control}
              value={height}
              onChange={(value) => resizeNote(document, id, [width, value ?? height])}
            />
          )}
        </Field>
      </div>
      <div className={inspector.actions} hidden={document.isReadOnly}>
        <Button
          icon="trash-2"
          onClick={() => {
            document.remove({ notes: [id] })
            onGone?.()
          }}
        >
          {t('delete')}
        </Button>
      </div>
    </fieldset>
  )
}
