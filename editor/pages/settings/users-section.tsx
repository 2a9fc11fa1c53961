import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { keys, queryClient, useUsers } from '../../api/queries.ts'
import type { Role, User } from '../../api/types.ts'
import { errorText } from '../../i18n/error-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Select } from '../../ui/select.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { notify } from '../../ui/toast.tsx'
import page from '../page.module.css'
import { Section } from '../section.tsx'
import { NewPasswordField } from '../setup/new-password-field.tsx'
import { pageTexts } from '../texts.ts'
import { Failed } from '../unreachable.tsx'
import styles from './settings.module.css'
import { settingsTexts } from './texts.ts'

const roles = ['owner', 'editor', 'viewer', 'device'] as const satisfies readonly Role[]
const roleTitles = {
  owner: 'roleOwner',
  editor: 'roleEditor',
  viewer: 'roleViewer',
  device: 'roleDevice',
} as const
const roleAbouts = {
  owner: 'roleOwnerAbout',
  editor: 'roleEditorAbout',
  viewer: 'roleViewerAbout',
  device: 'roleDeviceAbout',
} as const

type Asked = { readonly kind: 'add' } | { readonly kind: 'password' | 'remove'; readonly user: User }

/** Who may sign in, for the owner to see to. */
export function UsersSection({ me }: { readonly me: User }) {
  const t = useText(settingsTexts)
  const common = useText(pageTexts)
  const users = useUsers()
  const [asked, setAsked] = useState<Asked>()
  const close = () => setAsked(undefined)
  const remove = useMutation({
    mutationFn: (user: User) => api.users.remove(user.name),
    onSuccess: (_nothing, { name }) => notify.ok(t('userDeleted', { name })),
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => {
      close()
      return queryClient.invalidateQueries({ queryKey: keys.users })
    },
  })
  return (
    <Section
      id="users"
      title={t('users')}
      about={t('usersAbout')}
      actions={
        <Button icon="plus" onClick={() => setAsked({ kind: 'add' })}>
          {t('addUser')}
        </Button>
      }
    >
      {users.error && <Failed error={users.error} retry={users.refetch} />}
      {users.isPending && <Spinner label={common('loading')} />}
      <ul className={`${page.card} ${page.rows}`} hidden={!users.data}>
        {users.data?.map((user) => (
          <li key={user.name} className={page.row}>
            <span className={page.rowIcon}>
              <Icon name={user.role === 'device' ? 'cpu' : 'user'} size={18} />
            </span>
            <div className={page.rowMain}>
              <span className={page.rowTitle}>{user.name}</span>
              <span className={page.rowAbout}>
                {t(roleTitles[user.role])}: {t(roleAbouts[user.role])}
              </span>
            </div>
            {user.name === me.name ? (
              <span className={styles.you}>
                <Badge tone="accent">{t('you')}</Badge>
              </span>
            ) : (
              <Menu
                items={[
                  {
                    label: t('newPassword'),
                    icon: 'key-round',
                    onSelect: () => setAsked({ kind: 'password', user }),
                  },
                  {
                    label: t('remove'),
                    icon: 'trash-2',
                    dangerous: true,
                    separator: true,
                    onSelect: () => setAsked({ kind: 'remove', user }),
                  },
                ]}
              >
                <IconButton icon="ellipsis-vertical" label={t('actions', { name: user.name })} />
              </Menu>
            )}
          </li>
        ))}
      </ul>
      {asked?.kind === 'add' && <UserDialog onClose={close} />}
      {asked?.kind === 'password' && <UserDialog user={asked.user} onClose={close} />}
      {asked?.kind === 'remove' && (
        <ConfirmDialog
          open
          onClose={close}
          onConfirm={() => remove.mutate(asked.user)}
          busy={remove.isPending}
          title={t('deleteUserTitle', { name: asked.user.name })}
          about={t('deleteUserAbout')}
          action={t('remove')}
          dangerous
        />
      )}
    </Section>
  )
}

/** Adds a user, or gives one a new password. */
function UserDialog({ user, onClose }: { readonly user?: User; readonly onClose: () => void }) {
  const t = useText(settingsTexts)
  const [name, setName] = useState(user?.name ?? '')
  const [role, setRole] = useState<Role>('device')
  const [password, setPassword] = useState('')
  const save = useMutation({
    mutationFn: async () => {
      if (user) await api.users.setPassword(user.name, { password })
      else await api.users.add({ name: name.trim(), role, password })
    },
    onSuccess: () => {
      notify.ok(user ? t('passwordSaved') : t('userAdded', { name: name.trim() }))
      onClose()
      return queryClient.invalidateQueries({ queryKey: keys.users })
    },
  })
  return (
    <FormDialog
      onClose={onClose}
      onSubmit={save.mutate}
      title={user ? t('newPasswordTitle', { name: user.name }) : t('addUserTitle')}
      action={user ? t('change') : t('addUser')}
      busy={save.isPending}
      disabled={name.trim() === '' || password === ''}
      error={save.error}
    >
      {!user && (
        <>
          <Field label={t('name')}>
            {(control) => <TextField {...control} value={name} onChange={setName} maxLength={64} autoFocus />}
          </Field>
          <Field label={t('role')}>
            {(control) => (
              <Select
                {...control}
                value={role}
                onChange={setRole}
                options={roles.map((value) => ({
                  value,
                  label: t(roleTitles[value]),
                  about: t(roleAbouts[value]),
                }))}
              />
            )}
          </Field>
        </>
      )}
      <NewPasswordField label={t('next')} value={password} onChange={setPassword} />
    </FormDialog>
  )
}
