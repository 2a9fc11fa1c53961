import type { MessageDraft } from '#kit/message.ts'

/** What the suite cannot guess about a type. Most types need no entry. */
export interface Case {
  /** A config with which the type can do its work, where the defaults alone cannot. */
  readonly config?: Readonly<Record<string, unknown>>
  /** More configs, so that every port is seen; choices and switches are gone through anyway. */
  readonly variants?: readonly Readonly<Record<string, unknown>>[]
  /** What the type acts on, by input, where a value of the port's kind is not enough. */
  readonly messages?: Readonly<Record<string, Partial<MessageDraft>>>
  /** What comes in is settled when it is in the outbox; the message leaves once the outbox says that it was sent. */
  readonly posts?: true
  /** Ports whose titles are made from the config, and so not translated. */
  readonly portsNamedByConfig?: readonly string[]
  /** What comes in is settled when the house has it, and leaves later: no failure behind the node comes back to the sender. */
  readonly isTakenOver?: true
}

export const cases: Readonly<Record<string, Case>> = {
  alarm: { portsNamedByConfig: ['step1', 'step2'], isTakenOver: true },
  email: { config: { to: 'anna@example.org' }, posts: true },
  'dead-man': { isTakenOver: true },
  function: { variants: [{ outputs: 8 }] },
  'quiet-hours': { config: { from: '12:00', to: '13:00', timeZone: 'UTC' } },
  switch: { portsNamedByConfig: ['out1'] },
  'telegram-notify': { config: { chat: '4711' }, posts: true },
  ntfy: { config: { topic: 'house-x7Kq2mPw' }, posts: true },
  'web-push': { posts: true },
  webhook: { posts: true },
  'mqtt-in': { config: { topic: 'home/door/bell' } },
  'mqtt-out': { config: { topic: 'home/door/light' } },
  'timeseries-write': { config: { series: 'kitchen/scale' } },
  'tinkerforge-device': { config: { uid: 'tM1' } },
}
