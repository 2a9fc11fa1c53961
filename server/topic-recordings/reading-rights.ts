import type { AccessControl, Subject } from '../access/access-control.ts'
import type { UserStore } from '../store/store.ts'

/** Whether a user may read a topic, by the rules of this moment; nobody who is no user any more. */
export function readingRights(
  users: Pick<UserStore, 'list'>,
  access: Pick<AccessControl, 'decide' | 'onChange'>,
): (user: string, topic: string) => boolean {
  // the rules of one subject are found once for each object
  const subjects = new Map<string, Subject | undefined>()
  access.onChange(() => subjects.clear())
  const find = (name: string): Subject | undefined => {
    if (subjects.has(name)) return subjects.get(name)
    const user = users.list().find((one) => one.name === name)
    const subject = user && { user: name, role: user.role, clientId: 'recording' }
    subjects.set(name, subject)
    return subject
  }
  return (name, topic) => {
    const subject = find(name)
    return subject !== undefined && access.decide(subject, 'receive', topic).allowed
  }
}
