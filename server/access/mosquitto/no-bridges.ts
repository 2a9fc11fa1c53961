import type { BridgeBuilder } from './mosquitto-desk.ts'

/** For a house without bridges to other brokers. */
export const noBridges: BridgeBuilder = {
  names: () => [],
  problem: () => ({
    code: 'MOSQUITTO_NO_BRIDGES',
    message: 'This house has no bridges to other brokers yet.',
  }),
  build: () => Promise.reject(new Error('there are no bridges')),
}
