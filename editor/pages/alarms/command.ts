import { queryClient } from '../../api/queries.ts'
import { errorText } from '../../i18n/error-text.ts'
import { notify } from '../../ui/toast.tsx'

/** Carries something out, says how it went, and has the list read anew. */
export async function command(
  run: () => Promise<unknown>,
  { done, key }: { readonly done: string; readonly key: readonly string[] },
): Promise<void> {
  try {
    await run()
    notify.ok(done)
  } catch (error) {
    notify.error(errorText(error))
  } finally {
    await queryClient.invalidateQueries({ queryKey: key })
  }
}
