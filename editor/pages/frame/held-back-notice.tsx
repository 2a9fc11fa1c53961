import { useMutation } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { keys, queryClient, useFlows, useMayEdit } from '../../api/queries.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { notify } from '../../ui/toast.tsx'
import { pageTexts } from '../texts.ts'

/** After a crash loop the server starts no flow by itself: this says so on every page, and starts them. */
export function HeldBackNotice() {
  const t = useText(pageTexts)
  const { data: flows = [] } = useFlows()
  const mayEdit = useMayEdit()
  const start = useMutation({
    mutationFn: api.flows.startHeldBack,
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.flows }),
  })
  const count = flows.filter(({ heldBack }) => heldBack).length
  if (count === 0) return null
  return (
    <Notice
      tone="warn"
      icon="triangle-alert"
      actions={
        mayEdit && (
          <Button icon="play" busy={start.isPending} onClick={() => start.mutate()}>
            {t('startFlows', { count })}
          </Button>
        )
      }
    >
      <strong>{t('heldBack', { count })}</strong>{' '}
      {mayEdit ? t('heldBackAbout', { count }) : t('heldBackAskEditor')}
    </Notice>
  )
}
