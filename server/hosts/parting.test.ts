import { expect, test } from 'vitest'
import { chain, code, hostsRig, mqttIn, mqttOut } from './hosts-rig.ts'

/** Has the processor work for some tenths of a second without a pause; shows whether the message came again. */
const compute = () =>
  code(
    `let sum = 1; for (let i = 0; i < 400_000_000; i++) sum = (sum * 31 + i) | 0
    return { ...message, payload: message.repeated ? 'again' : 'first', sum }`,
  )

const quickFlow = () => chain('quick', mqttIn('quick'), mqttOut('passed'))

test('a flow that keeps others waiting goes on in a thread of its own, with its message, and nobody is blamed', async () => {
  await using rig = hostsRig({ maxHosts: 2, stuckMs: 20_000 })
  await rig.deploy(chain('slow', mqttIn('slow'), compute(), mqttOut('computed')))
  await rig.deploy(quickFlow())
  expect(rig.supervisor.hosts()).toHaveLength(1)
  rig.broker.send('slow', 'x')
  rig.broker.send('quick', 'y')
  await expect.poll(() => rig.broker.textsOn('computed')).toEqual(['again'])
  expect(rig.broker.textsOn('passed')).toEqual(['y'])
  expect(rig.supervisor.hosts()).toHaveLength(2)
  expect(rig.supervisor.restarts).toBe(1)
  expect([rig.failures('slow'), rig.quarantined]).toEqual([[], []])

  // from now on it keeps nobody waiting
  rig.broker.send('slow', 'x')
  rig.broker.send('quick', 'z')
  await expect.poll(() => rig.broker.textsOn('computed')).toEqual(['again', 'first'])
  expect(rig.broker.textsOn('passed')).toEqual(['y', 'z'])
  expect(rig.supervisor.restarts).toBe(1)
})

test('a poke of it is made again where it goes on', async () => {
  await using rig = hostsRig({ maxHosts: 2, stuckMs: 20_000 })
  await rig.deploy(chain('slow', compute(), mqttOut('computed')))
  await rig.deploy(quickFlow())
  const poked = rig.supervisor.poke('slow', 'function', 'in', { payload: 1 })
  const restarts = (): number => {
    rig.broker.send('quick', 'y')
    return rig.supervisor.restarts
  }
  await expect.poll(restarts).toBe(1)
  await poked
  expect(rig.broker.textsOn('computed')).toEqual(['first'])
})

test('one that keeps nobody waiting, or has nowhere to go, takes its time', async () => {
  await using alone = hostsRig({ maxHosts: 2, stuckMs: 20_000 })
  await alone.deploy(chain('slow', mqttIn('slow'), compute(), mqttOut('computed')))
  await alone.deploy(quickFlow())
  alone.broker.send('slow', 'x')
  await expect.poll(() => alone.broker.textsOn('computed')).toEqual(['first'])

  await using single = hostsRig({ maxHosts: 1, stuckMs: 20_000 })
  await single.deploy(chain('slow', mqttIn('slow'), compute(), mqttOut('computed')))
  await single.deploy(quickFlow())
  single.broker.send('slow', 'x')
  single.broker.send('quick', 'y')
  await expect.poll(() => single.broker.textsOn('passed')).toEqual(['y'])
  expect([alone.supervisor.restarts, single.supervisor.restarts]).toEqual([0, 0])
})
