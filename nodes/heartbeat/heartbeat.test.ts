import { expect, it } from 'vitest'
import { DiskState } from '#rig/disk-state.ts'
import { FakePulse, fakeServices } from '#rig/fake-services.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { heartbeatRuntime } from './runtime.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

it('says at intervals how the house is, and what was handled since the last time', async () => {
  const pulse = new FakePulse()
  const services = { ...fakeServices(), pulse }
  const node = await nodeRig(heartbeatRuntime, { config: { everyMs: MINUTE, topic: 'alive' }, services })
  const [start] = [node.clock.now()]
  pulse.now = { ...pulse.now, messages: 10, failures: 1 }
  await node.clock.advance(MINUTE)
  pulse.now = { ...pulse.now, messages: 25 }
  await node.clock.advance(MINUTE)
  pulse.now = { ...pulse.now, messages: 5, failures: 0 }
  await node.clock.advance(MINUTE)
  expect(node.sent.map(({ message }) => message.topic)).toEqual(['alive', 'alive', 'alive'])
  expect(node.out).toMatchObject([
    { at: start + MINUTE, upForMs: MINUTE, flows: 1, messages: 10, failures: 1, deadLetters: 0 },
    { messages: 15, failures: 0 },
    { messages: 5, failures: 0 },
  ])
})

it('beats each day at its time', async () => {
  const config = { how: 'daily', atTime: '08:00', timeZone: 'UTC' }
  const node = await nodeRig(heartbeatRuntime, { config })
  await node.clock.advance(8 * HOUR)
  expect(node.out).toHaveLength(1)
  await node.clock.advance(48 * HOUR)
  expect(node.out).toHaveLength(3)
})

it('beats when a person asks', async () => {
  const node = await nodeRig(heartbeatRuntime)
  await node.poke()
  expect(node.out).toHaveLength(1)
})

it('keeps its rhythm over a restart', async () => {
  const config = { everyMs: HOUR }
  const clock = new VirtualClock()
  const store = new DiskState(clock)
  const before = await nodeRig(heartbeatRuntime, { config, clock, store })
  await clock.advance(90 * MINUTE)
  expect(before.out).toHaveLength(1)
  const next = await nodeRig(heartbeatRuntime, { config, clock, store: store.afterPowerCut(clock) })
  await before.stop()
  await clock.advance(30 * MINUTE)
  expect(next.out).toHaveLength(1)
})
