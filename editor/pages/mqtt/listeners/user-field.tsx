import { useUsers } from '../../../api/queries.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Field } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { listenerTexts } from './texts.ts'

interface UserFieldProps {
  readonly value: string
  readonly onChange: (user: string) => void
}

/** Who a device is to be; devices first. */
export function UserField({ value, onChange }: UserFieldProps) {
  const t = useText(listenerTexts)
  const users = [...(useUsers().data ?? [])].sort(
    (one, other) => Number(other.role === 'device') - Number(one.role === 'device'),
  )
  return (
    <Field label={t('user')} hint={t('userHint')}>
      {(control) => (
        <Select
          {...control}
          value={value}
          onChange={onChange}
          options={users.map(({ name, role }) => ({
            value: name,
            label: name,
            icon: role === 'device' ? 'cpu' : 'user',
          }))}
        />
      )}
    </Field>
  )
}
