import { port } from '#kit/kinds.ts'
import type { Device, Output } from './device.ts'
import { act, motion, onOff, reading } from './slices.ts'

export const temperature: Device = {
  outputs: { out: reading({ unit: '°C', type: 'i16', divisor: 100, read: 1, callback: 8, period: 2 }) },
}

export const temperatureV2: Device = {
  outputs: { out: reading({ unit: '°C', type: 'i16', divisor: 100, read: 1, callback: 4, configure: 2 }) },
}

export const humidityV2: Device = {
  outputs: {
    humidity: reading({
      title: 'Humidity',
      unit: '%',
      type: 'u16',
      divisor: 100,
      read: 1,
      callback: 4,
      configure: 2,
    }),
    temperature: reading({
      title: 'Temperature',
      unit: '°C',
      type: 'i16',
      divisor: 100,
      read: 5,
      callback: 8,
      configure: 6,
    }),
  },
}

export const barometerV2: Device = {
  outputs: {
    pressure: reading({
      title: 'Air pressure',
      unit: 'hPa',
      type: 'i32',
      divisor: 1_000,
      read: 1,
      callback: 4,
      configure: 2,
    }),
    altitude: reading({
      title: 'Altitude',
      unit: 'm',
      type: 'i32',
      divisor: 1_000,
      read: 5,
      callback: 8,
      configure: 6,
    }),
    temperature: reading({
      title: 'Temperature',
      unit: '°C',
      type: 'i32',
      divisor: 100,
      read: 9,
      callback: 12,
      configure: 10,
    }),
  },
}

const airQualityValues = {
  callback: 6,
  layout: ['i32', 'u8', 'i32', 'i32', 'i32'],
  read: { fn: 1, gives: ['i32', 'u8', 'i32', 'i32', 'i32'] },
  setting: { style: 'periodAndChange', fn: 4 },
} as const

const airQualityValue = (title: string, unit: string, field: number, divisor: number): Output => ({
  says: 'reading',
  port: port.number({ title, ...(unit && { unit }) }),
  source: airQualityValues,
  field,
  divisor,
})

export const airQuality: Device = {
  outputs: {
    iaq: airQualityValue('Air quality index (0 good, 500 bad)', '', 0, 1),
    temperature: airQualityValue('Temperature', '°C', 2, 100),
    humidity: airQualityValue('Humidity', '%', 3, 100),
    pressure: airQualityValue('Air pressure', 'hPa', 4, 100),
  },
}

export const ambientLight: Device = {
  outputs: { out: reading({ unit: 'lx', type: 'u16', divisor: 10, read: 1, callback: 13, period: 3 }) },
}

export const ambientLightV2: Device = {
  outputs: { out: reading({ unit: 'lx', type: 'u32', divisor: 100, read: 1, callback: 10, period: 2 }) },
}

export const ambientLightV3: Device = {
  outputs: { out: reading({ unit: 'lx', type: 'u32', divisor: 100, read: 1, callback: 4, configure: 2 }) },
}

/** Has no unit: 0 to 4095. */
export const soundIntensity: Device = {
  outputs: { out: reading({ type: 'u16', read: 1, callback: 8, period: 2 }) },
}

export const soundPressureLevel: Device = {
  outputs: { out: reading({ unit: 'dB', type: 'u16', divisor: 10, read: 1, callback: 4, configure: 2 }) },
}

/** Infrared and ultrasound say the same. */
export const distanceV2: Device = {
  outputs: { out: reading({ unit: 'm', type: 'u16', divisor: 1_000, read: 1, callback: 4, configure: 2 }) },
}

export const loadCell: Device = {
  outputs: { out: reading({ unit: 'g', type: 'i32', read: 1, callback: 17, period: 2 }) },
  inputs: {
    tare: act(14, 'tare', 'Set to zero'),
    ledOn: act(10, 'LED on', 'LED on'),
    ledOff: act(11, 'LED off', 'LED off'),
  },
}

export const loadCellV2: Device = {
  outputs: { out: reading({ unit: 'g', type: 'i32', read: 1, callback: 4, configure: 2 }) },
  inputs: {
    tare: act(10, 'tare', 'Set to zero'),
    led: onOff({ fn: 7, name: 'info LED', takes: ['u8'] }, [1], [0], 'LED'),
  },
}

export const motionDetector: Device = { outputs: motion(2, 3) }

export const motionDetectorV2: Device = {
  outputs: motion(6, 7),
  inputs: {
    in: onOff({ fn: 4, name: 'light', takes: ['u8', 'u8', 'u8'] }, [255, 255, 255], [0, 0, 0]),
  },
}
