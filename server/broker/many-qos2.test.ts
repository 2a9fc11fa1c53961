import { expect, test } from 'vitest'
import { brokerRig, patient } from './broker-rig.ts'

test('5,000 messages of QoS 2 that one client has under way at once: each comes, and once', async () => {
  await using rig = await brokerRig()
  const ear = await rig.connect({ clientId: 'ear' })
  await ear.mqtt.subscribeAsync('a', { qos: 2 })
  const mouth = await rig.connect({ clientId: 'mouth' })
  const count = 5_000
  await Promise.all(
    Array.from({ length: count }, (_, number) => mouth.mqtt.publishAsync('a', `${number}`, { qos: 2 })),
  )
  await expect.poll(() => ear.messages.length, patient).toBe(count)
  expect(new Set(ear.messages).size).toBe(count)
}, 60_000)
