import { useMutation } from '@tanstack/react-query'
import { keys, queryClient } from '../../../api/queries.ts'
import type { Listeners } from '../../../api/types.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { notify } from '../../../ui/toast.tsx'

/** A change of the listeners, which answers how they are then. */
export const useListenerChange = <Change>(
  change: (what: Change) => Promise<Listeners>,
  done: (what: Change) => string,
) =>
  useMutation({
    mutationFn: change,
    onSuccess: (listeners, what) => {
      queryClient.setQueryData(keys.listeners, listeners)
      notify.ok(done(what))
    },
    onError: (error) => notify.error(errorText(error)),
  })
