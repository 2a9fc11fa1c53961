import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../../../api/api.ts'
import { ApiError } from '../../../../api/api-error.ts'
import { keys, queryClient, useTokenSettings } from '../../../../api/queries.ts'
import type { TokenSettings } from '../../../../api/types.ts'
import { errorText } from '../../../../i18n/error-text.ts'
import { useText } from '../../../../i18n/use-text.ts'
import { Button } from '../../../../ui/button.tsx'
import { FormError } from '../../../../ui/form-error.tsx'
import { Spinner } from '../../../../ui/spinner.tsx'
import { Switch } from '../../../../ui/switch.tsx'
import { notify } from '../../../../ui/toast.tsx'
import page from '../../../page.module.css'
import { Section } from '../../../section.tsx'
import { pageTexts } from '../../../texts.ts'
import { Failed } from '../../../unreachable.tsx'
import { tokenTexts } from './texts.ts'
import { TokenFields } from './token-fields.tsx'
import styles from './tokens.module.css'
import { TryToken } from './try-token.tsx'

/** Whose JSON Web Tokens count as passwords. */
export function TokensSection() {
  const t = useText(tokenTexts)
  const common = useText(pageTexts)
  const { data, error, isPending, refetch } = useTokenSettings()
  return (
    <Section id="json-web-tokens" title={t('title')} about={t('about')}>
      {error && <Failed error={error} retry={refetch} />}
      {isPending && <Spinner label={common('loading')} />}
      {data && <TokenForm key={JSON.stringify(data)} saved={data} />}
    </Section>
  )
}

function TokenForm({ saved }: { readonly saved: TokenSettings }) {
  const t = useText(tokenTexts)
  const common = useText(pageTexts)
  const [draft, setDraft] = useState(saved)
  const save = useMutation({
    mutationFn: () => api.access.setTokenSettings(draft),
    onSuccess: (settings) => {
      notify.ok(t(settings.enabled ? 'savedOn' : 'savedOff'))
      queryClient.setQueryData(keys.tokenSettings, settings)
    },
  })
  const change = (changes: Partial<TokenSettings>) => {
    save.reset()
    setDraft({ ...draft, ...changes })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved)
  const wrong = fieldOf(save.error)
  return (
    <div className={`${page.card} ${page.padded}`}>
      <form className={page.form} onSubmit={submit} noValidate>
        <Switch
          label={t('enabled')}
          hint={saved.enabled && !draft.enabled ? t('turnsOff') : t('enabledHint')}
          checked={draft.enabled}
          onChange={(enabled) => change({ enabled })}
        />
        {draft.enabled && (
          <TokenFields
            settings={draft}
            onChange={change}
            error={wrong === undefined ? undefined : { field: wrong, text: errorText(save.error) }}
          />
        )}
        {save.error && (wrong === undefined || !draft.enabled) && <FormError text={errorText(save.error)} />}
        {(isChanged || draft.enabled) && (
          <div className={styles.actions}>
            <Button variant="primary" type="submit" busy={save.isPending} disabled={!isChanged}>
              {common('save')}
            </Button>
          </div>
        )}
      </form>
      {draft.enabled && <TryToken settings={draft} />}
    </div>
  )
}

/** Which field the server means. */
function fieldOf(error: unknown): string | undefined {
  const field = error instanceof ApiError ? error.details['field'] : undefined
  return typeof field === 'string' ? field : undefined
}
