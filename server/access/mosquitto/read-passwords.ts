import { isMosquittoHash } from '#server/store/mosquitto-hash.ts'
import { type ImportedUser, type ImportNote, linesOf, Notes } from './plan.ts'

export interface ReadPasswords {
  readonly users: readonly ImportedUser[]
  readonly notes: readonly ImportNote[]
}

/** What an account may be called here, too. */
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u

/** Reads a password file: `name:$7$…`, `name:$6$…`, or a password as it is, where nobody has hashed the file. */
export function readPasswords(text: string): ReadPasswords {
  const notes = new Notes('passwords')
  const users = new Map<string, ImportedUser>()
  for (const { number, text: line } of linesOf(text)) {
    const at = line.indexOf(':')
    const name = line.slice(0, Math.max(at, 0)).trim()
    const secret = line.slice(at + 1).trim()
    const problem = at < 0 || secret === '' ? lineUnreadable : faultOf(name, users)
    if (problem !== undefined) {
      notes.add('left-out', number, problem)
      continue
    }
    users.set(name, { name, secret: isMosquittoHash(secret) ? { hash: secret } : { password: secret } })
    if (!isMosquittoHash(secret))
      notes.add('repaired', number, {
        code: 'MOSQUITTO_PASSWORD_PLAIN',
        message: `The password of "${name}" stands in the file as it is. It is kept as a hash here; delete the file.`,
        values: { name },
      })
  }
  return { users: [...users.values()], notes: notes.list }
}

/** Without the line itself: it may be a password. */
const lineUnreadable = {
  code: 'MOSQUITTO_PASSWORD_LINE',
  message: 'This line is not a name, a colon and a password. Nothing was taken over from it.',
}

function faultOf(name: string, users: ReadonlyMap<string, ImportedUser>) {
  if (!namePattern.test(name))
    return {
      code: 'MOSQUITTO_USER_NAME',
      message: `"${name.slice(0, 80)}" cannot be the name of an account here: letters, digits, spaces and . _ @ - only. Add the account by hand under another name.`,
      values: { name: name.slice(0, 80) },
    }
  if (users.has(name))
    return {
      code: 'MOSQUITTO_USER_TWICE',
      message: `"${name}" stands in the file twice. The first line counts, as it does for Mosquitto.`,
      values: { name },
    }
  return undefined
}
