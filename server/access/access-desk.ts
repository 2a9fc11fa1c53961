import { randomBytes } from 'node:crypto'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Sentence } from '#kit/sentence.ts'
import { LIMITS_KEY, limitSettings } from '#server/broker/clients/limit-settings.ts'
import type { AccessStore, ClientIdOwner, HouseSettings, Role } from '#server/store/store.ts'
import { UserError } from '#server/user-error.ts'
import type {
  AccessAction,
  AccessControl,
  AccessRule,
  Credentials,
  Refusal,
  SignIn,
  Subject,
  Verdict,
} from './access-control.ts'
import { ClientIds } from './client-ids.ts'
import { DOORS, type Doors, doors } from './doors.ts'
import { type Accounts, Logins } from './logins.ts'
import { Refusals } from './refusals.ts'
import { type Loss, type Present, rehearse } from './rehearse.ts'
import { RuleBook } from './rule-book.ts'
import { type TokenLogin, TokenLogins } from './tokens/token-logins.ts'
import { TOKEN_SETTINGS, type TokenSettings, tokenSettings } from './tokens/token-settings.ts'

export interface AccessDeskOptions {
  readonly accounts: Accounts
  readonly store: AccessStore
  readonly settings: HouseSettings
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

export interface RuleChange {
  readonly id?: string | undefined
  readonly rule?: AccessRule | undefined
}

/** What a token is good for here. */
export type TriedToken =
  | ({ readonly counts: true; readonly role: Role } & TokenLogin)
  | { readonly counts: false; readonly why: Sentence }

/** The most rules that a house may have. */
export const MAX_RULES = 500
const MAX_AWAY = 1_000
const nobody: Verdict = { allowed: false, maxQoS: 0, retain: false }
const anonymous = { role: 'anonymous' } as const

/** The house's access control: rules, doors and client ids as they are stored, and whoever has an account. */
export class AccessDesk implements AccessControl {
  readonly #accounts: Accounts
  readonly #store: AccessStore
  readonly #settings: HouseSettings
  readonly #clock: Clock
  readonly #logins: Logins
  readonly #clientIds: ClientIds
  readonly #refusals: Refusals
  readonly #listeners = new Set<() => void>()
  #doors: Doors
  /** They were switched off while somebody may be here by one. */
  #areTokensOver = false
  #book: RuleBook
  #roles: ReadonlyMap<string, Role> = new Map()
  /** What a subject counts as now; nothing where its account is gone. */
  #standing = new WeakMap<Subject, Subject | { readonly isGone: true }>()
  #away = new Map<string, Subject>()

  constructor({ accounts, store, settings, clock, onError }: AccessDeskOptions) {
    this.#accounts = accounts
    this.#store = store
    this.#settings = settings
    this.#clock = clock
    const wrongPerMinute = () => settings.read(LIMITS_KEY, limitSettings).wrongLoginsPerMinute
    this.#logins = new Logins({ accounts, keys: store, clock, wrongPerMinute })
    this.#clientIds = new ClientIds({ store, clock, onError })
    this.#refusals = new Refusals(clock)
    this.#doors = settings.read(DOORS, doors)
    this.#book = new RuleBook(store.rules())
    this.readTokenSettings()
  }

  async signIn(credentials: Credentials): Promise<SignIn> {
    const { clientId, name, password, isLocal } = credentials
    if (!this.#accounts.hasOwner())
      return isLocal ? { subject: { ...anonymous, clientId } } : { refused: 'no-owner' }
    if (!isLocal && !this.#doors.openToNetwork) return { refused: 'network-closed' }
    const hasShown = credentials.certificate ?? credentials.pskIdentity ?? name ?? password
    if (hasShown === undefined && !(isLocal && this.#doors.anonymousLoopback))
      return { refused: 'login-needed' }
    const login = hasShown === undefined ? anonymous : await this.#logins.find(credentials)
    if ('refused' in login) return login
    return this.#claim(clientId, { ...login, clientId })
  }

  /** A client id that is somebody's is nobody else's. */
  #claim(clientId: string, subject: Subject): SignIn {
    if (clientId === '') return { subject }
    const owner = this.#clientIds.userOf(clientId)
    if (owner !== undefined && owner !== subject.user) return { refused: 'client-of-another' }
    if (subject.user !== undefined && owner === undefined)
      this.#clientIds.bind(clientId, subject.user, this.#roleOf(subject.user) !== undefined)
    return { subject }
  }

  isWelcome(subject: Subject, { isLocal }: Pick<Credentials, 'isLocal'>): boolean {
    if (!isLocal && !this.#doors.openToNetwork) return false
    if (subject.user === undefined)
      return isLocal && (this.#doors.anonymousLoopback || !this.#accounts.hasOwner())
    if (subject.until !== undefined && this.#areTokensOver) return false
    return this.#now(subject) !== undefined && (subject.until ?? Infinity) > this.#clock.now()
  }

  ownerOf(clientId: string): Subject {
    const known = this.#away.get(clientId)
    if (known !== undefined) return known
    const user = this.#clientIds.userOf(clientId)
    const role = user === undefined ? undefined : this.#roleOf(user)
    const subject: Subject =
      user === undefined ? { ...anonymous, clientId } : { user, role: role ?? this.#tokenRole, clientId }
    if (this.#away.size >= MAX_AWAY) this.#away.clear()
    this.#away.set(clientId, subject)
    return subject
  }

  decide(subject: Subject, action: AccessAction, topic: string): Verdict {
    const now = this.#now(subject)
    return now === undefined ? nobody : this.#book.decide(now, action, topic)
  }

  isUnlimited(subject: Subject, action: AccessAction): boolean {
    const now = this.#now(subject)
    return now !== undefined && this.#book.isUnlimited(now, action)
  }

  onChange(call: () => void): void {
    this.#listeners.add(call)
  }

  keepClientIds(isInUse: (clientId: string) => boolean): void {
    this.#clientIds.isInUse = isInUse
  }

  note(refusal: Omit<Refusal, 'at' | 'count'>): void {
    this.#refusals.note(refusal)
  }

  refusals(): readonly Refusal[] {
    return this.#refusals.list()
  }

  /** In the order in which they were made; it has no meaning. */
  rules(): readonly AccessRule[] {
    return this.#store.rules()
  }

  /** Throws `RULES_TOO_MANY`. */
  async addRule(rule: Omit<AccessRule, 'id'>): Promise<AccessRule> {
    const { length } = this.rules()
    if (length >= MAX_RULES)
      throw new UserError(
        409,
        'RULES_TOO_MANY',
        `There are ${length} rules already. Remove some, or let one stand for several: by role, or with %u and %c.`,
        { values: { count: length } },
      )
    const added = { id: randomBytes(9).toString('base64url'), ...rule }
    await this.#store.putRule(added)
    this.rulesChanged()
    return added
  }

  /** Throws `RULE_UNKNOWN`. */
  async changeRule(rule: AccessRule): Promise<void> {
    this.#find(rule.id)
    await this.#store.putRule(rule)
    this.rulesChanged()
  }

  /** Puts a rule as it was, also one that is gone. */
  async restoreRule(rule: AccessRule): Promise<void> {
    await this.#store.putRule(rule)
    this.rulesChanged()
  }

  /** Throws `RULE_UNKNOWN`. */
  async removeRule(id: string): Promise<void> {
    if (!(await this.#store.removeRule(id))) throw ruleUnknown()
    this.rulesChanged()
  }

  /** The rules in the store are others now. */
  rulesChanged(): void {
    this.#book = new RuleBook(this.#store.rules())
    this.#changed()
  }

  /** What those that are here would lose with this rule added, changed, or removed: then there is an id alone. */
  rehearse(present: readonly Present[], { id, rule }: RuleChange): readonly Loss[] {
    const others = this.rules().filter((one) => one.id !== id)
    return this.rehearseRules(present, [...others, ...(rule ? [rule] : [])])
  }

  /** What those that are here would lose if these were the rules. */
  rehearseRules(present: readonly Present[], rules: readonly AccessRule[]): readonly Loss[] {
    return rehearse(present, this.#book, new RuleBook(rules))
  }

  /** Who a user would be with a client id; nobody where there is no such account. */
  subjectOf(user: string | undefined, clientId: string): Subject | undefined {
    if (user === undefined) return { ...anonymous, clientId }
    const role = this.#roleOf(user)
    return role && { user, role, clientId }
  }

  get doors(): Doors {
    return this.#doors
  }

  async setDoors(wanted: Doors): Promise<void> {
    await this.#settings.write(DOORS, wanted)
    this.#doors = wanted
    this.#changed()
  }

  clientIds(): readonly ClientIdOwner[] {
    return this.#clientIds.list()
  }

  /** Throws `CLIENT_ID_UNKNOWN`. */
  async releaseClientId(clientId: string): Promise<void> {
    if (!(await this.#clientIds.release(clientId)))
      throw new UserError(
        404,
        'CLIENT_ID_UNKNOWN',
        'This client id is nobody’s. It may have been released already.',
      )
    this.#changed()
  }

  /** The account of this name is no more, or has another role. */
  userChanged(name: string): void {
    this.#roles = rolesOf(this.#accounts)
    if (!this.#roles.has(name)) this.#clientIds.forget(name)
    this.#changed()
  }

  /** Whose JSON Web Tokens count has changed. */
  readTokenSettings(): void {
    const settings = this.tokenSettings()
    this.#logins.tokens = settings.enabled
      ? { logins: new TokenLogins(settings, this.#clock), role: settings.role }
      : undefined
  }

  tokenSettings(): TokenSettings {
    return this.#settings.read(TOKEN_SETTINGS, tokenSettings)
  }

  /** Switched off, those that came in by a token are out at once. */
  async setTokenSettings(settings: TokenSettings): Promise<void> {
    await this.#settings.write(TOKEN_SETTINGS, settings)
    this.#areTokensOver = !settings.enabled
    this.readTokenSettings()
    this.#changed()
  }

  /** Who would sign in by a token under these settings, or why nobody. Throws `TokenKeysAway`. */
  async tryToken(token: string, name: string, settings: TokenSettings): Promise<TriedToken> {
    const found = await new TokenLogins(settings, this.#clock).examine(token, name)
    if ('fault' in found) return { counts: false, why: found.fault }
    return { counts: true, ...found, role: this.#roleOf(found.user) ?? settings.role }
  }

  get #tokenRole(): Role | 'anonymous' {
    return this.#logins.tokens?.role ?? 'anonymous'
  }

  #find(id: string): AccessRule {
    const rule = this.rules().find((one) => one.id === id)
    if (!rule) throw ruleUnknown()
    return rule
  }

  #changed(): void {
    this.#standing = new WeakMap()
    this.#away = new Map()
    for (const call of this.#listeners) call()
  }

  /** With the role that its account has now. Who has signed in by a JSON Web Token need not have one. */
  #now(subject: Subject): Subject | undefined {
    let now = this.#standing.get(subject)
    if (now === undefined) {
      now = this.#stand(subject)
      this.#standing.set(subject, now)
    }
    return 'isGone' in now ? undefined : now
  }

  #stand(subject: Subject): Subject | { readonly isGone: true } {
    if (subject.user === undefined) return subject
    const role = this.#roleOf(subject.user)
    if (role === undefined) return subject.until === undefined ? { isGone: true } : subject
    return role === subject.role ? subject : { ...subject, role }
  }

  #roleOf(user: string): Role | undefined {
    if (!this.#roles.has(user)) this.#roles = rolesOf(this.#accounts)
    return this.#roles.get(user)
  }
}

const rolesOf = (accounts: Accounts): ReadonlyMap<string, Role> =>
  new Map(accounts.list().map(({ name, role }) => [name, role]))

const ruleUnknown = (): UserError =>
  new UserError(404, 'RULE_UNKNOWN', 'There is no such rule. It may have been removed already.')
