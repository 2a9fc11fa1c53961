import type { Clock } from '#kit/runtime/clock.ts'
import type { Log } from '../log.ts'
import type { User, UserStore } from '../store/store.ts'
import { UserError } from '../user-error.ts'
import { addressKey } from './origin.ts'
import type { CodeVerdict } from './setup.ts'
import { Throttle, tooMany } from './throttle.ts'

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
/** Attempts from one address that may wait for their answer at once; guessing in parallel gains no more than that. */
const MAX_UNDECIDED = 10

export function createSignIn({
  users,
  clock,
  log,
}: {
  readonly users: UserStore
  readonly clock: Clock
  readonly log: Log
}): SignIn {
  const throttle = new Throttle(clock)
  const undecided = new Undecided()
  /** From where each name has signed in before: there, others' guesses at the name do not count. */
  const known = new Set<string>()

  return {
    async withPassword(name, password, address) {
      const from = `address ${addressKey(address)}`
      const who = `name ${name}`
      const keys = known.has(`${who} ${from}`) ? [from] : [from, who]
      throttle.check(keys)
      const user = await undecided.run(from, () => users.verify(name, password))
      if (!user) {
        throttle.fail(from, ADDRESS_WAIT_MS)
        throttle.fail(who, NAME_WAIT_MS)
        log.warn({ name, address }, 'A sign-in failed')
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

/** Counts the attempts that have no answer yet, by address. */
class Undecided {
  readonly #count = new Map<string, number>()

  async run<Result>(from: string, attempt: () => Promise<Result>): Promise<Result> {
    const count = this.#count.get(from) ?? 0
    if (count >= MAX_UNDECIDED) throw tooMany(1)
    this.#count.set(from, count + 1)
    try {
      return await attempt()
    } finally {
      const left = (this.#count.get(from) ?? 1) - 1
      if (left > 0) this.#count.set(from, left)
      else this.#count.delete(from)
    }
  }
}
