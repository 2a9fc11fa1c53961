import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../api/api.ts'
import { keys, queryClient, useDoors } from '../../../api/queries.ts'
import type { Doors } from '../../../api/types.ts'
import { errorText } from '../../../i18n/error-text.ts'
import { useText } from '../../../i18n/use-text.ts'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Spinner } from '../../../ui/spinner.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { notify } from '../../../ui/toast.tsx'
import page from '../../page.module.css'
import { Section } from '../../section.tsx'
import { pageTexts } from '../../texts.ts'
import { Failed } from '../../unreachable.tsx'
import styles from './access.module.css'
import { accessTexts } from './texts.ts'

const doors = [
  { name: 'anonymousLoopback', text: 'loopback' },
  { name: 'openToNetwork', text: 'network' },
] as const
type Door = (typeof doors)[number]

/** From where clients may come. To close a way asks first, for it ends connections. */
export function DoorsSection() {
  const t = useText(accessTexts)
  const common = useText(pageTexts)
  const { data: open, error, isPending, refetch } = useDoors()
  const [closing, setClosing] = useState<Door>()
  const save = useMutation({
    mutationFn: (wanted: Doors) => api.access.setDoors(wanted),
    onSuccess: (_nothing, wanted) => queryClient.setQueryData(keys.doors, wanted),
    onError: (failure) => notify.error(errorText(failure)),
    onSettled: () => setClosing(undefined),
  })
  const set = (door: Door, isOpen: boolean) => open && save.mutate({ ...open, [door.name]: isOpen })
  return (
    <Section id="doors" title={t('doors')} about={t('doorsAbout')}>
      {error && <Failed error={error} retry={refetch} />}
      {isPending && <Spinner label={common('loading')} />}
      {open && (
        <div className={`${page.card} ${page.padded} ${styles.doors}`}>
          {doors.map((door) => (
            <Switch
              key={door.name}
              label={t(door.text)}
              hint={t(`${door.text}Hint`)}
              checked={open[door.name]}
              disabled={save.isPending}
              onChange={(isOpen) => (isOpen ? set(door, true) : setClosing(door))}
            />
          ))}
        </div>
      )}
      {closing && (
        <ConfirmDialog
          open
          onClose={() => setClosing(undefined)}
          onConfirm={() => set(closing, false)}
          busy={save.isPending}
          title={t(`${closing.text}OffTitle`)}
          about={t(`${closing.text}OffAbout`)}
          action={t('turnOff')}
          dangerous
        />
      )}
    </Section>
  )
}
