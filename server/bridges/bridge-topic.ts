import type { LocalMqtt } from '#kit/runtime/promised-service.ts'

/** Says in the house, retained and under Mosquitto's name for it, whether a bridge stands. */
export const tellBridgeState = (
  service: Pick<LocalMqtt, 'publish'>,
  name: string,
  isUp: boolean,
): Promise<void> =>
  service.publish({
    topic: `$SYS/broker/connection/${name}/state`,
    payload: isUp ? '1' : '0',
    qos: 1,
    retain: true,
  })
