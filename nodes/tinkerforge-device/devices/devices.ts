import type { DeviceKind } from '#nodes/connections/brickd/definition.ts'
import * as buttons from './buttons.ts'
import type { Device } from './device.ts'
import * as displays from './displays.ts'
import * as sensors from './sensors.ts'

/** Every device that the node knows. Its identifier and name stand with the connection, which has to find it. */
export const devices: Readonly<Record<DeviceKind, Device>> = {
  'air-quality': sensors.airQuality,
  'ambient-light': sensors.ambientLight,
  'ambient-light-v2': sensors.ambientLightV2,
  'ambient-light-v3': sensors.ambientLightV3,
  'barometer-v2': sensors.barometerV2,
  'distance-ir-v2': sensors.distanceV2,
  'distance-us-v2': sensors.distanceV2,
  'dual-button': buttons.dualButton,
  'dual-button-v2': buttons.dualButtonV2,
  'humidity-v2': sensors.humidityV2,
  'industrial-dual-relay': displays.industrialDualRelay,
  'lcd-20x4': displays.lcd20x4,
  'load-cell': sensors.loadCell,
  'load-cell-v2': sensors.loadCellV2,
  'motion-detector': sensors.motionDetector,
  'motion-detector-v2': sensors.motionDetectorV2,
  'oled-128x64-v2': displays.oledV2,
  'piezo-speaker-v2': displays.piezoSpeakerV2,
  'rgb-led-button': buttons.rgbLedButton,
  'segment-display-4x7': displays.segmentDisplay,
  'sound-intensity': sensors.soundIntensity,
  'sound-pressure-level': sensors.soundPressureLevel,
  temperature: sensors.temperature,
  'temperature-v2': sensors.temperatureV2,
}
