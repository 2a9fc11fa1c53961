import { useMutation } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { keys, queryClient, useConditions, useIsOwner } from '../../api/queries.ts'
import { errorText, problemText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { notify } from '../../ui/toast.tsx'
import { pageTexts } from '../texts.ts'

/** What is amiss with the house as a whole, on every page, until it is over or an owner has taken note of it. */
export function ConditionNotices() {
  const t = useText(pageTexts)
  const { data: conditions = [] } = useConditions()
  const isOwner = useIsOwner()
  const dismiss = useMutation({
    mutationFn: api.conditions.dismiss,
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.conditions }),
  })
  return conditions.map((condition) => (
    <Notice
      key={condition.kind}
      tone={condition.level}
      icon="triangle-alert"
      actions={
        condition.lasts &&
        isOwner && (
          <Button busy={dismiss.isPending} onClick={() => dismiss.mutate(condition.kind)}>
            {t('noted')}
          </Button>
        )
      }
    >
      {problemText(condition)}
    </Notice>
  ))
}
