import { useMutation, useQuery } from '@tanstack/react-query'
import {
  type NotificationState,
  readNotifications,
  switchNotificationsOff,
  switchNotificationsOn,
} from '../../api/notifications.ts'
import { keys, queryClient } from '../../api/queries.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Switch } from '../../ui/switch.tsx'
import { notify } from '../../ui/toast.tsx'
import page from '../page.module.css'
import { Section } from '../section.tsx'
import { notificationTexts } from './notification-texts.ts'

/** Whether this browser shows what flows write to browsers. */
export function NotificationsSection() {
  const t = useText(notificationTexts)
  const { data: state } = useQuery({ queryKey: keys.notifications, queryFn: readNotifications })
  const change = useMutation({
    mutationFn: (isOn: boolean) => (isOn ? switchNotificationsOn() : switchNotificationsOff()),
    onSuccess: (now) => queryClient.setQueryData(keys.notifications, now),
    onError: (error) => notify.error(error instanceof DOMException ? t('refused') : errorText(error)),
  })
  return (
    <Section id="notifications" title={t('title')} about={t('about')}>
      <div className={`${page.card} ${page.padded}`}>
        <Switch
          label={t('switch')}
          checked={state === 'on'}
          onChange={(isOn) => change.mutate(isOn)}
          disabled={change.isPending || state === undefined || isHopeless(state)}
          {...(state !== undefined && isHopeless(state) && { hint: t(state) })}
        />
      </div>
    </Section>
  )
}

/** The person has to do something elsewhere first. */
const isHopeless = (state: NotificationState): state is 'insecure' | 'unknown' | 'denied' =>
  state === 'insecure' || state === 'unknown' || state === 'denied'
