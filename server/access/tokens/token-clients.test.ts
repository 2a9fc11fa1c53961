import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { brokerRig, patient } from '#server/broker/broker-rig.ts'
import { accessRig, OpenAccounts } from '../access-rig.ts'
import { tokenSettings } from './token-settings.ts'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] })
const settings = tokenSettings.parse({ enabled: true, keys, audience: 'house' })

async function house() {
  const clock = new VirtualClock()
  const { desk } = accessRig({ clock, accounts: new OpenAccounts() })
  await desk.setTokenSettings(settings)
  const rig = await brokerRig({ access: desk, clock, lane: true })
  const connect = async (seconds: number, protocolVersion: 4 | 5 = 4) => {
    const password = await new SignJWT({ sub: 'bell', aud: 'house', exp: clock.now() / 1000 + seconds })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey)
    return rig.connect({ username: 'bell', password, protocolVersion, keepalive: 0 })
  }
  return { rig, clock, desk, connect, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() }
}

test('a connection ends when its token runs out, and not before', async () => {
  await using home = await house()
  const [short, long] = [await home.connect(60, 5), await home.connect(3_600)]
  const reasons: (number | undefined)[] = []
  short.mqtt.on('disconnect', ({ reasonCode }) => reasons.push(reasonCode))
  await home.clock.advance(59_999)
  await short.mqtt.publishAsync('a', 'x', { qos: 1 })
  await home.clock.advance(1)
  await expect.poll(() => short.mqtt.connected, patient).toBe(false)
  expect(reasons).toEqual([0x87])
  expect(long.mqtt.connected).toBe(true)
  expect(home.desk.refusals().map(({ user, code }) => [user, code])).toEqual([['bell', 'MQTT_LOGIN_OVER']])
})

test('who came by a token is out as soon as tokens are switched off', async () => {
  await using home = await house()
  const client = await home.connect(3_600)
  await home.desk.setTokenSettings({ ...settings, enabled: false })
  await expect.poll(() => client.mqtt.connected, patient).toBe(false)
  await expect(home.connect(3_600)).rejects.toMatchObject({ code: 4 })
})
