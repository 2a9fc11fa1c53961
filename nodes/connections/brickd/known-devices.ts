/**
 * The devices that a node exists for: device identifier and name, from Tinkerforge's catalogue.
 * The key is the catalogue's name in kebab-case and what a flow file says.
 */
export const knownDevices = {
  'air-quality': { id: 297, title: 'Air Quality' },
  'ambient-light': { id: 21, title: 'Ambient Light' },
  'ambient-light-v2': { id: 259, title: 'Ambient Light 2.0' },
  'ambient-light-v3': { id: 2131, title: 'Ambient Light 3.0' },
  'barometer-v2': { id: 2117, title: 'Barometer 2.0' },
  'distance-ir-v2': { id: 2125, title: 'Distance IR 2.0' },
  'distance-us-v2': { id: 299, title: 'Distance US 2.0' },
  'dual-button': { id: 230, title: 'Dual Button' },
  'dual-button-v2': { id: 2119, title: 'Dual Button 2.0' },
  'humidity-v2': { id: 283, title: 'Humidity 2.0' },
  'industrial-dual-relay': { id: 284, title: 'Industrial Dual Relay' },
  'lcd-20x4': { id: 212, title: 'LCD 20x4' },
  'load-cell': { id: 253, title: 'Load Cell' },
  'load-cell-v2': { id: 2104, title: 'Load Cell 2.0' },
  'motion-detector': { id: 233, title: 'Motion Detector' },
  'motion-detector-v2': { id: 292, title: 'Motion Detector 2.0' },
  'oled-128x64-v2': { id: 2112, title: 'OLED 128x64 2.0' },
  'piezo-speaker-v2': { id: 2145, title: 'Piezo Speaker 2.0' },
  'rgb-led-button': { id: 282, title: 'RGB LED Button' },
  'segment-display-4x7': { id: 237, title: 'Segment Display 4x7' },
  'sound-intensity': { id: 238, title: 'Sound Intensity' },
  'sound-pressure-level': { id: 290, title: 'Sound Pressure Level' },
  temperature: { id: 216, title: 'Temperature' },
  'temperature-v2': { id: 2113, title: 'Temperature 2.0' },
} as const satisfies Readonly<Record<string, KnownDevice>>

interface KnownDevice {
  readonly id: number
  readonly title: string
}

export type DeviceKind = keyof typeof knownDevices
export const deviceKinds = Object.keys(knownDevices) as readonly DeviceKind[]

/** The kind with this device identifier, if a node exists for it. */
export const kindOf = (id: number): DeviceKind | undefined =>
  deviceKinds.find((kind) => knownDevices[kind].id === id)

/** What to call a device in a sentence. */
export function deviceTitle(id: number): string {
  const kind = kindOf(id)
  return kind ? knownDevices[kind].title : `device of type ${id}`
}
