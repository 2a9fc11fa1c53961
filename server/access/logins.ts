import type { Clock } from '#kit/runtime/clock.ts'
import type { AccessStore, Role, UserStore } from '#server/store/store.ts'
import { addressKey } from '#server/web/origin.ts'
import type { Credentials, RefusalReason, Subject } from './access-control.ts'
import { LoginThrottle } from './login-throttle.ts'
import { looksLikeToken, type TokenLogins } from './tokens/token-logins.ts'

export type Accounts = Pick<UserStore, 'hasOwner' | 'list' | 'verify' | 'token'>

export interface LoginOptions {
  readonly accounts: Accounts
  readonly keys: Pick<AccessStore, 'userOfKey'>
  readonly clock: Clock
  /** From one address, until it has to wait. */
  readonly wrongPerMinute: () => number
}

/** Who somebody is, before it is known with which client id. */
export type Login = Omit<Subject, 'clientId'>
type Answer = Login | { readonly refused: RefusalReason; readonly retryAfterMs?: number }

const MAX_KNOWN = 1_000

/** Finds out who somebody is: by certificate or key, or by a password, an API token or a JSON Web Token. */
export class Logins {
  /** Whose JSON Web Tokens count, and the role of those who have no account here. */
  tokens: { readonly logins: TokenLogins; readonly role: Role } | undefined
  readonly #accounts: Accounts
  readonly #keys: LoginOptions['keys']
  readonly #throttle: LoginThrottle
  /** From where each name has signed in before: there, others' wrong passwords do not count. */
  readonly #known = new Set<string>()

  constructor({ accounts, keys, clock, wrongPerMinute }: LoginOptions) {
    this.#accounts = accounts
    this.#keys = keys
    this.#throttle = new LoginThrottle(clock, wrongPerMinute)
  }

  /** For who has shown a certificate, a key, a name or a password. Rejects if that cannot be checked. */
  async find(credentials: Credentials): Promise<Answer> {
    const { certificate, pskIdentity, name } = credentials
    if (certificate === undefined && pskIdentity === undefined) return this.#findByPassword(credentials)
    const proven =
      pskIdentity === undefined ? nameIn(certificate?.subject?.CN) : this.#keys.userOfKey(pskIdentity)
    const isSomebodyElse = name !== undefined && name !== '' && name !== proven
    const account = isSomebodyElse ? undefined : this.#account(proven)
    return account ?? { refused: 'bad-login' }
  }

  async #findByPassword({ name = '', password = '', address }: Credentials): Promise<Answer> {
    const from = addressKey(address)
    const pair = JSON.stringify([from, name])
    const key = this.#known.has(pair) ? pair : from
    const found = await this.#throttle.run(key, () => this.#verify(name, password))
    if (found === undefined) return { refused: 'bad-login' }
    if ('retryAfterMs' in found) return { refused: 'too-many-attempts', retryAfterMs: found.retryAfterMs }
    if (this.#known.size >= MAX_KNOWN) this.#known.clear()
    this.#known.add(pair)
    return found
  }

  /** A token may come without the name of its user, but not with another one. */
  async #verify(name: string, password: string): Promise<Login | undefined> {
    const owner = this.#accounts.token(password)
    if (owner !== undefined) return name === '' || name === owner.name ? loginOf(owner) : undefined
    if (this.tokens?.logins.isOn && looksLikeToken(password)) {
      const claimed = await this.tokens.logins.verify(password, name === '' ? undefined : name)
      if (claimed) return { role: this.tokens.role, ...this.#account(claimed.user), ...claimed }
    }
    const user = await this.#accounts.verify(name, password)
    return user && loginOf(user)
  }

  #account(name: string | undefined): Login | undefined {
    const user = this.#accounts.list().find((one) => one.name === name)
    return user && loginOf(user)
  }
}

const loginOf = ({ name, role }: { readonly name: string; readonly role: Role }): Login => ({
  user: name,
  role,
})
/** A certificate may name several. */
const nameIn = (name: unknown): string | undefined => (typeof name === 'string' ? name : undefined)
