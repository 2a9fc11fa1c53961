import type { SentError } from './sent-error.ts'

/** A way into a link: members that lead to its parts, each with what it is called with. */
export type LinkPath = readonly (readonly [member: string, args: readonly unknown[]])[]

/** A member of a link that is called. Where a listener goes among the arguments, there is nothing. */
export interface LinkUse {
  readonly connection: string
  readonly path: LinkPath
  readonly member: string
  readonly args: readonly unknown[]
  readonly listenerAt?: number
}

/** From a host to the core. */
export type LinkRequest =
  | {
      readonly kind: 'call' | 'listen' | 'deliver'
      /** The caller's number for it. */
      readonly id: number
      readonly use: LinkUse
    }
  /** Listens no more. */
  | { readonly kind: 'close'; readonly id: number }
  /** What a listener has answered to what it heard. */
  | { readonly kind: 'heard'; readonly id: number; readonly error?: SentError }

/** From the core to a host. */
export type LinkAnswer =
  | { readonly kind: 'answered'; readonly id: number; readonly value?: unknown; readonly error?: SentError }
  /** For the listener `id`; one of `deliver` answers to `hearing`. */
  | {
      readonly kind: 'said'
      readonly id: number
      readonly hearing: number
      readonly args: readonly unknown[]
    }
