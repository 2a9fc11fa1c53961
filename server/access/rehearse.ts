import type { AccessAction, Subject, Verdict } from './access-control.ts'

/** A client that is connected now. */
export interface Present {
  readonly clientId: string
  readonly subject: Subject
  /** What it has subscribed to. */
  readonly filters: readonly string[]
}

/** What a client that is connected now would lose. */
export interface Loss {
  readonly clientId: string
  readonly user?: string
  /** It could send to no topic at all any more. */
  readonly publish: boolean
  /** Subscriptions that would no longer be covered. */
  readonly filters: readonly string[]
}

type Decide = (subject: Subject, action: AccessAction, topic: string) => Verdict
interface Book {
  readonly decide: Decide
  mayAnything(subject: Subject, action: AccessAction): boolean
}

/** Whom of those that are here a change would take something away from that they use, or all they may send. */
export function rehearse(present: readonly Present[], before: Book, after: Book): readonly Loss[] {
  return present.flatMap(({ clientId, subject, filters }) => {
    const lost = filters.filter(
      (filter) =>
        before.decide(subject, 'subscribe', filter).allowed &&
        !after.decide(subject, 'subscribe', filter).allowed,
    )
    const publish = before.mayAnything(subject, 'publish') && !after.mayAnything(subject, 'publish')
    const { user } = subject
    return publish || lost.length > 0
      ? [{ clientId, ...(user !== undefined && { user }), publish, filters: lost }]
      : []
  })
}
