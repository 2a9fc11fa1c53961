import { createRequire } from 'node:module'

/** The maker's own client, as a stranger to our code. It is CommonJS and has no types; this much of it we use. */
export interface TinkerforgePackage {
  readonly IPConnection: new () => IpConnection
  readonly [deviceClass: string]: unknown
}

export interface IpConnection {
  connect(host: string, port: number, failed: (error: number) => void): void
  disconnect(failed?: (error: number) => void): void
  authenticate(secret: string, done: () => void, failed: (error: number) => void): void
  enumerate(failed?: (error: number) => void): void
  on(callback: number, handler: (...values: never[]) => void): void
  setAutoReconnect(on: boolean): void
}

export interface TinkerforgeDevice {
  on(callback: number, handler: (...values: unknown[]) => void): void
  setResponseExpectedAll(on: boolean): void
}

export const tinkerforge = createRequire(import.meta.url)('tinkerforge') as TinkerforgePackage

/** A device object of the package: `openTinkerforge(ipcon, 'BrickletTemperatureV2', 'tM1')`. */
export function openTinkerforge(ipcon: IpConnection, deviceClass: string, uid: string): TinkerforgeDevice {
  const Device = tinkerforge[deviceClass] as new (uid: string, ipcon: IpConnection) => TinkerforgeDevice
  const device = new Device(uid, ipcon)
  device.setResponseExpectedAll(true)
  return device
}

/** Calls a method of a device; resolves with what it answers, rejects with the number of the error. */
export function ask(device: TinkerforgeDevice, method: string, ...values: unknown[]): Promise<unknown[]> {
  const call = (device as unknown as Record<string, (...args: unknown[]) => void>)[method]
  if (!call) throw new Error(`the package has no "${method}"`)
  return new Promise((resolve, reject) => {
    call.call(
      device,
      ...values,
      (...answer: unknown[]) => resolve(answer),
      (error: number) => reject(error),
    )
  })
}
