import { useState } from 'react'
import { allNodes } from '#flows/subflow.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import { keys, queryClient } from '../api/queries.ts'
import { errorText } from '../i18n/error-text.ts'
import { useNodeTexts } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FormError } from '../ui/form-error.tsx'
import { notify } from '../ui/toast.tsx'
import { codeIn, type NodeCode } from './code-in-flow.ts'
import { useDocument, useFlow } from './flow-context.ts'
import { readableCode } from './readable-code.ts'
import { flowTexts } from './texts.ts'
import styles from './trust-dialog.module.css'
import { trustTexts } from './trust-texts.ts'

/** Asks an owner whether the functions of a flow may run outside of the sandbox, and shows them. */
export function TrustDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText(trustTexts)
  const page = useText(flowTexts)
  const { document, autosave, catalogue } = useFlow()
  const flow = useDocument((state) => state.flow)
  const code = codeIn(allNodes(flow), catalogue)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()

  const trust = async () => {
    setBusy(true)
    try {
      // What is trusted is what was read here: if anybody has saved since, the server refuses.
      if (!(await autosave.flush())) return setError(page('deployUnsaved'))
      await api.flows.trust(document.flow.id, true, autosave.etag)
      await queryClient.invalidateQueries({ queryKey: keys.flows })
      notify.ok(t('trustDone'))
      onClose()
    } catch (failure) {
      const isChanged = failure instanceof ApiError && failure.status === 412
      setError(isChanged ? t('trustChanged') : errorText(failure))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('trustTitle')}
      about={t('trustAbout')}
      width={640}
      actions={
        <>
          <Button onClick={onClose}>{t('trustNot')}</Button>
          <Button variant="primary" icon="shield-check" busy={busy} onClick={() => void trust()}>
            {t('trust')}
          </Button>
        </>
      }
    >
      <div className={styles.body}>
        <p>{code.length === 0 ? t('trustNoCode') : t('trustRead', { count: code.length })}</p>
        {code.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: nodes of several subflows may have the same id
          <CodeToRead key={index} {...one} />
        ))}
        {error !== undefined && <FormError text={error} />}
      </div>
    </Dialog>
  )
}

function CodeToRead({ node, code }: NodeCode) {
  const { catalogue } = useFlow()
  const texts = useNodeTexts()
  const definition = catalogue.nodes.get(node.type)
  const name = node.name ?? (definition ? texts.title(definition) : node.type)
  return (
    <div>
      <h3>{name}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long code must be scrolled by keyboard, too */}
      <section className={styles.code} aria-label={name} tabIndex={0}>
        <pre>{readableCode(code)}</pre>
      </section>
    </div>
  )
}
