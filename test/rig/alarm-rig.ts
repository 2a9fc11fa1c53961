import type { Message } from '#kit/message.ts'
import type { AlarmNews, Raise } from '#kit/runtime/outbox.ts'
import { AlarmDesk } from '#server/alarms/alarm-desk.ts'
import { Alarms } from '#server/store/alarms.ts'
import type { AlarmStore } from '#server/store/store.ts'
import { type MemoryAccess, memoryAccess } from '#server/virtual/memory-access.ts'
import { VirtualClock } from './virtual-clock.ts'

/** Where the alarms of the rig come from. */
export const place = { flow: 'flow', node: 'node' } as const

/** The desk of alarms in virtual time, with a database in memory. */
export interface AlarmRig extends AsyncDisposable {
  readonly clock: VirtualClock
  readonly access: MemoryAccess
  readonly store: AlarmStore
  readonly desk: AlarmDesk
  /** What nodes were told and have settled. */
  readonly told: readonly AlarmNews[]
  readonly changes: number
  readonly warnings: readonly string[]
  /** What a node does with its news; settles them at once by default. */
  tell: (flow: string, node: string, news: AlarmNews) => Promise<void>
  /** Raises with a message of this id. */
  raise(message: string | Message, more?: Partial<Raise>): ReturnType<AlarmDesk['raise']>
  /** Lets time pass, the disk included. */
  pass(ms: number): Promise<void>
  /** Closes the house and opens it again, so many milliseconds later. */
  restart(afterMs?: number): Promise<void>
}

export function alarmRig({
  clock = new VirtualClock(),
  flow = place.flow,
}: {
  readonly clock?: VirtualClock
  readonly flow?: string
} = {}): AlarmRig {
  const access = memoryAccess('wirehouse')
  const store = new Alarms(access)
  const told: AlarmNews[] = []
  const warnings: string[] = []
  let changes = 0
  void access.write({
    sql: "INSERT INTO flows VALUES (?, ?, '', '', '', 1, 0, 1, NULL, '{}')",
    params: [flow, flow],
  })
  const open = () =>
    new AlarmDesk({
      store,
      clock,
      tell: async (flow, node, news) => {
        await rig.tell(flow, node, news)
        told.push(news)
      },
      onChange: () => void changes++,
      warn: (text) => void warnings.push(text),
    })
  let desk = open()
  const rig = {
    ...{ clock, access, store, told, warnings },
    get desk() {
      return desk
    },
    get changes() {
      return changes
    },
    tell: (_flow: string, _node: string, _news: AlarmNews): Promise<void> => Promise.resolve(),
    raise: (message: string | Message, more: Partial<Raise> = {}) => {
      const cause = typeof message === 'string' ? { id: message, payload: 'ring' } : message
      return desk.raise(place, { key: 'door', title: 'Door', message: cause, stepsAtMs: [0], ...more })
    },
    pass: (ms: number) => clock.advance(ms),
    async restart(afterMs = 0) {
      await desk[Symbol.asyncDispose]()
      await clock.advance(afterMs)
      desk = open()
      desk.start()
      await clock.advance(0)
    },
    async [Symbol.asyncDispose]() {
      await desk[Symbol.asyncDispose]()
      access[Symbol.dispose]()
    },
  }
  desk.start()
  return rig
}
