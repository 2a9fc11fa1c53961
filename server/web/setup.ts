import { randomInt, timingSafeEqual } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Settings } from '../settings.ts'
import type { User, UserStore } from '../store/store.ts'
import { UserError } from '../user-error.ts'
import { checkPassword } from './passwords.ts'

export type CodeVerdict = 'right' | 'wrong' | 'expired'

/** How the first owner comes to be. Until then the house is closed. */
export interface Setup {
  /** For the start to print; none once an owner exists. Its user alone can read it in `setup-code` in the data folder. */
  readonly code: string | undefined
  isNeeded(): boolean
  /** Whether this code is the right one, and still valid. Takes as long for each wrong one. */
  checkCode(code: string | undefined): CodeVerdict
  /** Creates the owner. 409 `SETUP_DONE` if there is one, 422 for a weak password. */
  claim(name: string, password: string): Promise<User>
}

const CODE_FILE = 'setup-code'
const VALID_MS = 30 * 60_000

/** Opens the set-up with a new code if nobody owns the house yet, and removes an old code's file if somebody does. */
export async function openSetup({
  users,
  clock,
  dataDir,
}: {
  readonly users: UserStore
  readonly clock: Clock
  readonly dataDir: string
}): Promise<Setup> {
  const file = join(dataDir, CODE_FILE)
  await rm(file, { force: true })
  const code = users.hasOwner() ? undefined : newCode()
  if (code !== undefined) await writeFile(file, `${code}\n`, { mode: 0o600, flag: 'wx' })
  const expiresAt = clock.now() + VALID_MS
  let isOwned = users.hasOwner()
  let isClaiming = false

  const isNeeded = (): boolean => {
    isOwned ||= users.hasOwner()
    return !isOwned
  }

  return {
    code,
    isNeeded,
    checkCode(given) {
      if (code === undefined || !isSameText(plainCode(given ?? ''), plainCode(code))) return 'wrong'
      return clock.now() < expiresAt ? 'right' : 'expired'
    },
    async claim(name, password) {
      if (!isNeeded() || isClaiming)
        throw new UserError(409, 'SETUP_DONE', 'This house has its owner already. Sign in instead.')
      checkPassword(name, password)
      isClaiming = true
      try {
        await addOwner(users, name, password)
        await rm(file, { force: true })
      } finally {
        isClaiming = false
      }
      return { name, role: 'owner' }
    },
  }
}

/** Creates the owner `admin` from `WIREHOUSE_ADMIN_PASSWORD` on the first start. Answers whether it did. */
export async function ensureOwner(
  users: UserStore,
  { adminPassword }: Pick<Settings, 'adminPassword'>,
): Promise<boolean> {
  if (adminPassword === undefined || users.hasOwner()) return false
  checkPassword('admin', adminPassword)
  await addOwner(users, 'admin', adminPassword)
  return true
}

async function addOwner(users: UserStore, name: string, password: string): Promise<void> {
  if (!(await users.add({ name, role: 'owner' }, password)))
    throw new UserError(409, 'NAME_TAKEN', `There is a user "${name}" already. Take another name.`)
}

/** Letters and digits that nobody mistakes for one another; two groups of four are 40 bits. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const newCode = (): string => `${letters(4)}-${letters(4)}`
const letters = (count: number): string =>
  Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('')

/** As people type it: in small letters, with a space, without the hyphen. */
const plainCode = (code: string): string =>
  code
    .slice(0, 64)
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')

/** Compares in the same time wherever the texts differ. */
function isSameText(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.alloc(64), Buffer.alloc(64)]
  one.write(given)
  other.write(wanted)
  return timingSafeEqual(one, other)
}
