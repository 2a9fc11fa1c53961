import {
  colorSelection,
  describeGroup,
  toggleCollapsed,
  ungroupSelection,
} from '../../document/commands/groups.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Textarea, TextField } from '../../ui/text-field.tsx'
import { useDocument, useFlow } from '../flow-context.ts'
import inspector from '../inspector.module.css'
import { ColorChoice } from './color-choice.tsx'
import { settingsTexts } from './texts.ts'

interface GroupSettingsProps {
  readonly id: string
  readonly onGone?: (() => void) | undefined
}

/** Everything one can set about a group. */
export function GroupSettings({ id, onGone }: GroupSettingsProps) {
  const t = useText(settingsTexts)
  const { document } = useFlow()
  const group = useDocument((state) => state.drawing.groups.find((each) => each.id === id))
  if (!group) return null
  return (
    <fieldset className={inspector.content} disabled={document.isReadOnly} onBlur={() => document.seal()}>
      <h2>{t('group')}</h2>
      <Field label={t('name')}>
        {(control) => (
          <TextField
            {...control}
            value={group.name}
            maxLength={200}
            onChange={(name) => describeGroup(document, id, { name })}
          />
        )}
      </Field>
      <Field label={t('description')}>
        {(control) => (
          <Textarea
            {...control}
            value={group.description ?? ''}
            maxLength={10_000}
            onChange={(description) => describeGroup(document, id, { description: description || undefined })}
          />
        )}
      </Field>
      <ColorChoice color={group.color} onChange={(color) => colorSelection(document, color)} />
      <div className={inspector.actions} hidden={document.isReadOnly}>
        <Button icon="fold-vertical" onClick={() => toggleCollapsed(document, [id])}>
          {t(group.collapsed ? 'expand' : 'collapse')}
        </Button>
        <Button icon="ungroup" onClick={() => ungroupSelection(document)}>
          {t('ungroup')}
        </Button>
        <Button
          icon="trash-2"
          onClick={() => {
            document.remove({ groups: [id] })
            onGone?.()
          }}
        >
          {t('deleteAll')}
        </Button>
      </div>
    </fieldset>
  )
}
