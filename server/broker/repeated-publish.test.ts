import { expect, test } from 'vitest'
import { brokerRig, patient } from './broker-rig.ts'

// MQTT-3.3.1-3: the flag of a publisher's repetition is not passed on
test.each([1, 2] as const)(
  'that a publisher repeats a message of QoS %s is nothing to its subscribers',
  async (qos) => {
    await using rig = await brokerRig()
    const [live, kept] = [await rig.connect(), await rig.connect({ clientId: 'kept', clean: false })]
    for (const client of [live, kept]) await client.mqtt.subscribeAsync('a', { qos })
    const publisher = await rig.connect()
    await publisher.mqtt.publishAsync('a', 'x', { qos, dup: true })
    for (const client of [live, kept])
      await expect.poll(() => client.messages, patient).toEqual([`a x ${qos}`])
  },
)
