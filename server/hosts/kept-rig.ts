import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { type Inbox, openInbox } from '#server/inbox/inbox.ts'
import { type HostsRigOptions, hostsRig } from './hosts-rig.ts'
import { KeptDeliveries, type LostMessage } from './kept-deliveries.ts'

export interface KeptRig extends ReturnType<typeof hostsRig> {
  readonly inbox: Inbox
  readonly kept: KeptDeliveries
  /** For what rests before it is tried again; the flows themselves run in real time. */
  readonly clock: VirtualClock
  readonly lost: LostMessage[]
  /** Throw, to refuse what is to be put aside. */
  onLost: () => void
  /** What the inbox keeps, as another process would find it. */
  readonly size: number
}

/** A data folder for houses one after another. */
export function keptFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'wirehouse-kept-'))
  return {
    open: (options: HostsRigOptions = {}) => keptRig(join(folder, 'inbox.db'), options),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Flow hosts behind an inbox. */
function keptRig(path: string, options: HostsRigOptions): KeptRig {
  const clock = new VirtualClock()
  const inbox = openInbox({ path, clock: realClock })
  const lost: LostMessage[] = []
  const kept = new KeptDeliveries({
    inbox,
    clock,
    bury: async (message) => {
      rig.onLost()
      lost.push(message)
    },
    onProblem: () => {},
  })
  const hosts = hostsRig({ ...options, kept })
  const rig: KeptRig = {
    ...hosts,
    inbox,
    kept,
    clock,
    lost,
    onLost: () => {},
    get size() {
      return inbox.size
    },
    async [Symbol.asyncDispose]() {
      await hosts[Symbol.asyncDispose]()
      await inbox[Symbol.asyncDispose]()
    },
  }
  return rig
}
