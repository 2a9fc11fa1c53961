import type {
  BrickdLink,
  Deliver,
  DeviceFunction,
  DeviceLink,
  DeviceState,
  Source,
  Value,
} from '#nodes/connections/brickd/definition.ts'

export interface FakeCall {
  readonly uid: string
  readonly fn: number
  readonly name: string
  readonly values: readonly Value[]
}

/** A brickd in the test, without bytes or time: every device is there and does what it is told. */
export interface FakeBrickdLink extends BrickdLink {
  /** What nodes have told devices to do, in order. */
  readonly calls: readonly FakeCall[]
  /** Lets a device send a callback; `isNews` false is the answer to a read. */
  say(uid: string, callback: number, values?: readonly Value[], isNews?: boolean): void
  /** How a device is from now on. */
  setState(uid: string, state: DeviceState): void
  /** Makes the next calls of a device fail. */
  fail(uid: string, error: Error | undefined): void
  /** How many observe something or watch. */
  readonly listeners: number
}

interface FakeDevice {
  state: DeviceState
  error: Error | undefined
  readonly watchers: Set<(state: DeviceState) => void>
  readonly observers: Set<{ readonly source: Source; readonly deliver: Deliver }>
}

export function fakeBrickdLink(): FakeBrickdLink {
  const devices = new Map<string, FakeDevice>()
  const calls: FakeCall[] = []

  const deviceOf = (uid: string): FakeDevice => {
    const device = devices.get(uid) ?? {
      state: { kind: 'available' },
      error: undefined,
      watchers: new Set(),
      observers: new Set(),
    }
    devices.set(uid, device)
    return device
  }

  return {
    calls,
    device: (uid) => fakeDevice(deviceOf(uid), (fn, values) => calls.push({ uid, ...fn, values })),
    say(uid, callback, values = [], isNews = true) {
      for (const { source, deliver } of [...deviceOf(uid).observers])
        if (source.callback === callback) deliver(values, isNews)
    },
    setState(uid, state) {
      const device = deviceOf(uid)
      device.state = state
      for (const changed of [...device.watchers]) changed(state)
    },
    fail(uid, error) {
      deviceOf(uid).error = error
    },
    get listeners() {
      return [...devices.values()].reduce(
        (sum, { watchers, observers }) => sum + watchers.size + observers.size,
        0,
      )
    },
  }
}

function fakeDevice(
  device: FakeDevice,
  record: (fn: { readonly fn: number; readonly name: string }, values: readonly Value[]) => void,
): DeviceLink {
  return {
    watch(changed) {
      device.watchers.add(changed)
      changed(device.state)
      return { [Symbol.dispose]: () => device.watchers.delete(changed) }
    },
    async call({ fn, name }: DeviceFunction, values = []) {
      if (device.error) throw device.error
      record({ fn, name }, values)
      return []
    },
    observe(source, _options, deliver) {
      const observer = { source, deliver }
      device.observers.add(observer)
      return { [Symbol.dispose]: () => device.observers.delete(observer) }
    },
  }
}
