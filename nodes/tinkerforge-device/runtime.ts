import type { Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import type { NodeStatusState } from '#kit/runtime/services.ts'
import type { Sentence } from '#kit/sentence.ts'
import { type DeviceState, deviceTitle, knownDevices } from '#nodes/connections/brickd/definition.ts'
import { command } from './commands/commands.ts'
import { tinkerforgeDevice } from './definition.ts'
import { devices } from './devices/devices.ts'
import { listen } from './listen.ts'

export const tinkerforgeDeviceRuntime = implementNode(
  tinkerforgeDevice,
  ({ config, emit, message, link, status, log, own }) => {
    const { inputs = {}, outputs = {} } = devices[config.device]
    const device = link(config.brickd).device(config.uid, knownDevices[config.device].id)

    /** A device does not wait: if what follows fails, it has been told where it failed. */
    const tell = async (port: string, payload: number | boolean): Promise<void> => {
      const topic = port === 'out' ? config.uid : `${config.uid}/${port}`
      await emit(port, message({ topic, payload }))
    }

    return {
      ...Object.fromEntries(
        Object.entries(inputs).map(([port, input]) => [
          port,
          (received: Message) => command(device, input, received, config),
        ]),
      ),
      start() {
        own(device.watch((state) => status(...describeState(state))))
        for (const [port, output] of Object.entries(outputs))
          for (const listening of listen(device, output, config, (payload) => {
            tell(port, payload).catch((error) =>
              log('warn', {
                code: 'TINKERFORGE_FURTHER_ON',
                message: `What left by "${port}" failed further on: ${error}`,
                values: { port, error: String(error) },
              }),
            )
          }))
            own(listening)
      },
    }
  },
)

function describeState(state: DeviceState): [NodeStatusState, Sentence] {
  switch (state.kind) {
    case 'connecting':
      return ['busy', { code: 'CONNECTING', message: 'connecting' }]
    case 'offline':
      return ['error', state.reason]
    case 'missing':
      return ['error', { code: 'DEVICE_MISSING', message: 'missing' }]
    case 'mistaken':
      return [
        'error',
        {
          code: 'DEVICE_MISTAKEN',
          message: `is a ${deviceTitle(state.found)}`,
          values: { found: deviceTitle(state.found) },
        },
      ]
    case 'available':
      return ['ok', { code: 'DEVICE_AVAILABLE', message: 'available' }]
  }
}
