import type { LinkShape } from '#kit/runtime/implement-connection.ts'
import type { AlarmService, DeadLetterService, Place, Post } from '#kit/runtime/outbox.ts'
import type { PulseService } from '#kit/runtime/services.ts'

/** What nodes ask of the house itself goes the same way as what they ask of a connection, by this name. No connection has it: ids have no `:`. */
export const HOUSE = 'house:desk'

/** Takes posts. `index` counts those of a node for one message since its thread runs. */
export interface PostTaker {
  post(sender: Place, post: Post, index: number): Promise<void>
}

/** What the house does for nodes wherever they run. */
export interface HouseDesk {
  readonly outbox: PostTaker
  readonly alarms: AlarmService
  readonly deadLetters: DeadLetterService
  readonly state: { kept(): Promise<void> }
  readonly pulse: PulseService
}

export const houseShape: LinkShape = {
  outbox: { post: 'call' },
  alarms: { raise: 'call', acknowledge: 'call', close: 'call' },
  deadLetters: { giveUp: 'call' },
  state: { kept: 'call' },
  pulse: { read: 'call' },
}

type Parts<Desk> = { readonly [Part in keyof Desk]: () => Desk[Part] }

/** The desk as a link: its parts are members that are called. */
export const deskLink = ({ outbox, alarms, deadLetters, state, pulse }: HouseDesk): Parts<HouseDesk> => ({
  outbox: () => outbox,
  alarms: () => alarms,
  deadLetters: () => deadLetters,
  state: () => state,
  pulse: () => pulse,
})

/** The desk at the far end of such a link. */
export const deskAt = (link: object): HouseDesk => {
  const parts = link as Parts<HouseDesk>
  return {
    outbox: parts.outbox(),
    alarms: parts.alarms(),
    deadLetters: parts.deadLetters(),
    state: parts.state(),
    pulse: parts.pulse(),
  }
}
