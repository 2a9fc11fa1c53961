import type { Clock } from '#kit/runtime/clock.ts'
import type { User, UserStore } from '../store/store.ts'
import { UserError } from '../user-error.ts'
import { addressKey } from './origin.ts'
import type { CodeVerdict } from './setup.ts'
import { Throttle } from './throttle.ts'

/** Checks passwords and set-up codes, and slows down who guesses. */
export interface SignIn {
  /** 401 `SIGN_IN_WRONG`, or 429 for a while after too many wrong ones. `address` is the client's. */
  withPassword(name: string, password: string, address: string): Promise<User>
  /** Runs a check of the set-up code, which could be guessed as well. */
  guarded(address: string, check: () => CodeVerdict): CodeVerdict
}

const ADDRESS_WAIT_MS = 60_000
/** Short, so that strangers who guess at a name hardly hold up its owner. */
const NAME_WAIT_MS = 5_000
const MAX_KNOWN = 1_000

export function createSignIn(users: UserStore, clock: Clock): SignIn {
  const throttle = new Throttle(clock)
  /** From where each name has signed in before: there, others' guesses at the name do not count. */
  const known = new Set<string>()

  return {
    async withPassword(name, password, address) {
      const from = `address ${addressKey(address)}`
      const who = `name ${name}`
      const keys = known.has(`${who} ${from}`) ? [from] : [from, who]
      throttle.check(keys)
      const user = await users.verify(name, password)
      if (!user) {
        throttle.fail(from, ADDRESS_WAIT_MS)
        throttle.fail(who, NAME_WAIT_MS)
        throw new UserError(401, 'SIGN_IN_WRONG', 'Name or password is wrong.')
      }
      for (const key of [from, who]) throttle.succeed(key)
      if (known.size >= MAX_KNOWN) known.clear()
      known.add(`${who} ${from}`)
      return user
    },
    guarded(address, check) {
      const from = `address ${addressKey(address)}`
      throttle.check([from])
      const verdict = check()
      if (verdict === 'wrong') throttle.fail(from, ADDRESS_WAIT_MS)
      else throttle.succeed(from)
      return verdict
    },
  }
}
