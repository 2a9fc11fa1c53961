import type { PeerCertificate } from 'node:tls'
import type { QoS } from '#kit/mqtt.ts'
import type { SentenceValues } from '#kit/sentence.ts'
import type { Role } from '#server/store/store.ts'

/** What a client does with a topic: it sends to it, asks for it, or is sent a message of it. */
export type AccessAction = 'publish' | 'subscribe' | 'receive'

/** Whom a rule is about. A client id may hold `*` for any characters. */
export type RuleSubject =
  | { readonly kind: 'everyone' | 'anonymous' }
  | { readonly kind: 'role'; readonly name: Role }
  | { readonly kind: 'user' | 'client'; readonly name: string }

/**
 * One line of what is allowed and what is not. Deny goes over allow, and allow over nothing. The filter
 * may hold `%u` for the user's name and `%c` for the client id; a name with `+`, `#` or `/` in it fills neither.
 */
export interface AccessRule {
  readonly id: string
  readonly subject: RuleSubject
  readonly actions: readonly AccessAction[]
  readonly filter: string
  readonly effect: 'allow' | 'deny'
  /** The highest QoS that an allowing rule grants. */
  readonly maxQoS: QoS
  /** Whether an allowing rule lets messages be retained. */
  readonly retain: boolean
  /** Why it stands here, in its author's words. */
  readonly note: string
}

/** Who a client is once it has signed in. */
export interface Subject {
  /** Missing for who needs no login. */
  readonly user?: string
  readonly role: Role | 'anonymous'
  readonly clientId: string
  /** Rules that a token brought along; they narrow what the others allow. */
  readonly scope?: readonly AccessRule[]
  /** When the login runs out, in milliseconds since 1970. */
  readonly until?: number
}

/** What a client shows when it connects. */
export interface Credentials {
  readonly clientId: string
  readonly name: string | undefined
  readonly password: string | undefined
  readonly address: string
  /** On this machine, and not through a proxy or a foreign page. */
  readonly isLocal: boolean
  /** A certificate that one of the house's authorities has signed. */
  readonly certificate?: PeerCertificate
  /** By which pre-shared key it has proved itself. */
  readonly pskIdentity?: string
}

/** Why a client may not come in; the log and the MQTT area say so. */
export type RefusalReason =
  | 'no-owner'
  | 'network-closed'
  | 'login-needed'
  | 'bad-login'
  | 'too-many-attempts'
  | 'client-of-another'

export type SignIn =
  | { readonly subject: Subject }
  | { readonly refused: RefusalReason; readonly retryAfterMs?: number }

/** The answer to one question, and the rule that gave it; none where no rule allows it. */
export interface Verdict {
  readonly allowed: boolean
  /** The highest QoS granted; of use where it is allowed. */
  readonly maxQoS: QoS
  readonly retain: boolean
  readonly rule?: AccessRule
}

/** A client or a request was kept from something. */
export interface Refusal {
  /** The last time. */
  readonly at: number
  /** How often, where it came again within a minute each time. */
  readonly count: number
  readonly clientId: string
  readonly user?: string
  readonly address: string
  /** Missing for a login. */
  readonly action?: AccessAction
  readonly topic?: string
  readonly code: string
  /** In plain words, with what to do. */
  readonly message: string
  readonly values?: SentenceValues | undefined
}

/** Who may come in, and what each may do. The broker, the HTTP facade and bridges all ask here. */
export interface AccessControl {
  /** Rejects if the login cannot be checked. */
  signIn(credentials: Credentials): Promise<SignIn>
  /** Whether who has signed in would be let in still. */
  isWelcome(subject: Subject, from: Pick<Credentials, 'isLocal'>): boolean
  /** Whose a client id is while its client is away: the user's that has it, or anybody's. Always the same object until something changes. */
  ownerOf(clientId: string): Subject
  /**
   * For a topic, or with `subscribe` a filter, which allowing rules must cover whole. Cheap: made to be asked for each
   * message, with the same object for the same subject.
   */
  decide(subject: Subject, action: AccessAction, topic: string): Verdict
  /** Whether this subject may do everything with every topic that does not begin with `$`: then nobody need ask for each message. */
  isUnlimited(subject: Subject, action: AccessAction): boolean
  /** Calls when rules, users or doors have changed: what was decided may be otherwise now. */
  onChange(call: () => void): void
  /** A client id of somebody who is here, or for whom something is kept, is not given up for want of room. */
  keepClientIds(isInUse: (clientId: string) => boolean): void
  note(refusal: Omit<Refusal, 'at' | 'count'>): void
  /** The newest first, at most 500. */
  refusals(): readonly Refusal[]
}
