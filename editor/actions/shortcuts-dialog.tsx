import { useMemo, useState } from 'react'
import { type Findable, find } from '../document/find.ts'
import { useLanguage } from '../i18n/language.ts'
import { useSay } from '../i18n/said.ts'
import { useText } from '../i18n/use-text.ts'
import { Dialog } from '../ui/dialog.tsx'
import { KeyCaps } from '../ui/key-caps.tsx'
import { gatherArrows, isMac, keyText } from '../ui/keys.ts'
import { Switch } from '../ui/switch.tsx'
import { TextField } from '../ui/text-field.tsx'
import { type Action, type Context, contexts } from './action.ts'
import { allActions } from './all-actions.ts'
import { findableAction } from './findable-action.ts'
import styles from './shortcuts-dialog.module.css'
import { singleKeys } from './single-keys.ts'
import { actionTexts } from './texts.ts'

interface Row {
  readonly context: Context
  readonly action: Action<never>
}

/** All keys, by where they count; found by what they do or by the keys themselves. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(actionTexts)
  const [query, setQuery] = useState('')
  const rows = useRows()
  const found = find(rows, query)
  return (
    <Dialog open onClose={onClose} title={t('shortcuts')} width={720}>
      <TextField
        type="search"
        aria-label={t('searchShortcuts')}
        placeholder={t('searchShortcuts')}
        value={query}
        onChange={setQuery}
      />
      <div className={styles.contexts} data-testid="shortcuts">
        {contexts.map((context) => (
          <ContextKeys
            key={context}
            context={context}
            actions={found.filter((row) => row.context === context).map(({ action }) => action)}
          />
        ))}
      </div>
      <Switch
        label={t('singleKeys')}
        hint={t('singleKeysHint')}
        checked={singleKeys.use(({ isOn }) => isOn)}
        onChange={singleKeys.set}
      />
      <p role="status" className={styles.nothing}>
        {found.length === 0 && t('nothingFound', { query })}
      </p>
    </Dialog>
  )
}

function useRows(): readonly Findable<Row>[] {
  const language = useLanguage()
  return useMemo(
    () =>
      contexts.flatMap((context) =>
        allActions[context]
          .filter(({ keys = [] }) => keys.length > 0)
          .map((action) => {
            const { titles, words } = findableAction(action)
            const keys = (action.keys ?? []).map((each) => keyText(each, language, isMac))
            return { item: { context, action }, titles, words: [...words, ...keys] }
          }),
      ),
    [language],
  )
}

interface ContextKeysProps {
  readonly context: Context
  readonly actions: readonly Action<never>[]
}

function ContextKeys({ context, actions }: ContextKeysProps) {
  const t = useText(actionTexts)
  const say = useSay()
  if (actions.length === 0) return null
  return (
    <section className={styles.context}>
      <h3>{t(`context.${context}`)}</h3>
      <dl>
        {actions.map(({ id, title, keys = [] }) => (
          <div key={id} className={styles.row}>
            <dt>{say(title)}</dt>
            <dd>
              {gatherArrows(keys).map((each) => (
                <KeyCaps key={each} keys={each} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
