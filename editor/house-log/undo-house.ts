import { api } from '../api/api.ts'
import { type OwnHouseChange, useOwnHouseChanges } from '../api/house-changes.ts'
import { queryClient } from '../api/queries.ts'
import { textsIn } from '../i18n/define-texts.ts'
import { errorText } from '../i18n/error-text.ts'
import { currentLanguage } from '../i18n/language.ts'
import { notify } from '../ui/toast.tsx'
import { houseLogTitles } from './titles.ts'

/** Has the server take something back, and says how it went. */
export async function undoHouseChange(number: number): Promise<void> {
  const undone = await run(number)
  if (!undone) return
  useOwnHouseChanges.setState(({ done, undone: before }) => ({
    done: done.filter((change) => change.number !== number),
    undone: [...before, undone],
  }))
}

/** Own changes of this page alone, the last one first: what others do is not undone by a key. */
export function undoLastHouseChange(): void {
  const last = useOwnHouseChanges.getState().done.at(-1)
  if (last) void undoHouseChange(last.number)
}

export function redoLastHouseChange(): void {
  const last = useOwnHouseChanges.getState().undone.at(-1)
  if (!last) return
  void run(last.number).then((again) =>
    useOwnHouseChanges.setState(({ done, undone }) => ({
      done: again ? [...done, again] : done,
      undone: undone.filter((change) => change.number !== last.number),
    })),
  )
}

async function run(number: number): Promise<OwnHouseChange | undefined> {
  try {
    const undone = await api.log.undo(number)
    notify.ok(textsIn(houseLogTitles, currentLanguage())('undone'))
    return undone
  } catch (error) {
    notify.error(errorText(error))
    return undefined
  } finally {
    void queryClient.invalidateQueries()
  }
}
