import { api } from '../../api/api.ts'
import { keys, queryClient } from '../../api/queries.ts'
import type { AlarmAction, HouseAlarm, User } from '../../api/types.ts'
import { textsIn } from '../../i18n/define-texts.ts'
import { errorText } from '../../i18n/error-text.ts'
import { currentLanguage } from '../../i18n/language.ts'
import { notify } from '../../ui/toast.tsx'
import { alarmTexts } from './texts.ts'

const said = { acknowledge: 'acknowledgedNow', quiet: 'quietNow', close: 'closedNow' } as const

/** Does something with an alarm, and says so, or who was quicker. */
export async function actOnAlarm(
  alarm: HouseAlarm,
  action: AlarmAction,
  { isQuiet = false }: { readonly isQuiet?: boolean } = {},
): Promise<void> {
  const t = textsIn(alarmTexts, currentLanguage())
  try {
    const first = whoDid(await api.alarms.act(alarm.id, action), action)
    const me = queryClient.getQueryData<User | null>(keys.session)?.name
    if (first !== undefined && first !== me) notify.info(t('wasFirst', { name: first }))
    else if (!isQuiet) notify.ok(t(said[action], { name: alarm.title }))
  } catch (error) {
    notify.error(errorText(error))
  } finally {
    await queryClient.invalidateQueries({ queryKey: keys.alarms })
  }
}

const whoDid = (alarm: HouseAlarm, action: AlarmAction): string | undefined =>
  ({ acknowledge: alarm.acknowledgedBy, quiet: alarm.quietBy, close: alarm.closedBy })[action]
