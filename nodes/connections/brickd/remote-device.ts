import type { Clock } from '#kit/runtime/clock.ts'
import type { CallbackGroup } from './callback-group.ts'
import type { DeviceState, Source } from './definition.ts'
import type { Packet } from './packet.ts'

/** What the brickd said of a device when it reported. */
export interface Identity {
  readonly id: number
  readonly position: string
}

/** What stands between one UID and the nodes: who watches it, what they observe. Lasts over connections. */
export class RemoteDevice {
  readonly uid: string
  readonly number: number
  /** `undefined` while it is not there. */
  identity: Identity | undefined
  /** The brickd has told that it is gone, or it fell silent. */
  hasLeft = false
  /** Rounds of enumeration without a word of it. */
  silentRounds = 0
  readonly #watchers = new Set<() => void>()
  /** By the device type that the observer expects, and the callback. */
  readonly #groups = new Map<string, CallbackGroup>()

  constructor(uid: string, number: number) {
    this.uid = uid
    this.number = number
  }

  watch(changed: () => void): Disposable {
    this.#watchers.add(changed)
    return { [Symbol.dispose]: () => this.#watchers.delete(changed) }
  }

  /** The way to it is lost: nobody knows whether it is there. */
  forget(): void {
    this.identity = undefined
    this.hasLeft = false
  }

  notify(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }

  /** The group of a source, made by `create` when it is the first. */
  group(id: number, source: Source, create: () => CallbackGroup): CallbackGroup {
    const key = `${id}.${source.callback}`
    const group = this.#groups.get(key) ?? create()
    this.#groups.set(key, group)
    return group
  }

  /** It came, restarted, or the way to it is new: its callback configuration has to be set again. */
  renew(): void {
    for (const group of this.#groups.values()) group.renew()
  }

  received(packet: Packet): void {
    if (this.identity) this.#groups.get(`${this.identity.id}.${packet.fn}`)?.received(packet.payload)
  }
}

/** Waits until a check holds or the time is over; checks again on each change. */
export function waitUntil(
  device: RemoteDevice,
  clock: Clock,
  ms: number,
  holds: () => boolean,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const finish = (): void => {
    timer.cancel()
    watch[Symbol.dispose]()
    resolve()
  }
  const timer = clock.after(ms, finish)
  const watch = device.watch(() => {
    if (holds()) finish()
  })
  return promise
}

export const isSettled = (state: DeviceState): boolean => state.kind !== 'connecting'
