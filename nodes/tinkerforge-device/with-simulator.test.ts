import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import type {
  BrickdLink,
  brickd as brickdDefinition,
  DeviceKind,
} from '#nodes/connections/brickd/definition.ts'
import { brickdRuntime } from '#nodes/connections/brickd/runtime.ts'
import { type BrickdSimulator, startBrickdSimulator } from '#rig/brickd-simulator.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { type NodeRig, nodeRig } from '#rig/node-rig.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { tinkerforgeDeviceRuntime } from './runtime.ts'

/** Node, connection and devices together, over real sockets and in virtual time. */

const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { interval: 2, timeout: 10_000 })

const open: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

function openLink(brickd: BrickdSimulator, clock: VirtualClock): BrickdLink {
  const context: ConnectionContext<(typeof brickdDefinition)['config']> = {
    id: 'stack',
    config: { host: '127.0.0.1', port: brickd.port, secret: '' },
    clock,
    signal: new AbortController().signal,
    services: fakeServices(),
    status: () => {},
    log: () => {},
    own(resource) {
      open.push(async () => {
        if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]()
        else resource[Symbol.dispose]()
      })
      return resource
    },
  }
  return brickdRuntime.open(context).link
}

async function house() {
  const clock = new VirtualClock()
  const brickd = await startBrickdSimulator({ clock })
  open.push(() => brickd.close())
  const link = openLink(brickd, clock)
  const node = async (uid: string, device: DeviceKind, config: Record<string, unknown> = {}) => {
    const rig = await nodeRig(tinkerforgeDeviceRuntime, {
      clock,
      config: { brickd: 'stack', uid, device, ...config },
      links: { stack: link },
    })
    open.push(() => rig.stop())
    return rig
  }
  return { clock, brickd, node }
}

const isAvailable = (node: NodeRig): Promise<void> =>
  until(() => expect(node.statuses.at(-1)).toMatchObject({ state: 'ok', text: 'available' }))

describe('a kitchen scale', () => {
  it('shows its weight and is set to zero by a button', async () => {
    const { clock, brickd, node } = await house()
    brickd.add('Lc2', 'load-cell-v2')
    brickd.add('pUj', 'segment-display-4x7')
    brickd.set('Lc2', 'weight', 250)
    const scale = await node('Lc2', 'load-cell-v2', { periodMs: 250 })
    const display = await node('pUj', 'segment-display-4x7')
    await until(() => expect(scale.out).toEqual([250]))
    await display.send('in', { payload: scale.out[0] })
    expect(brickd.displayText('pUj')).toBe(' 250')
    await scale.send('tare', { payload: true })
    expect(brickd.calls('Lc2', 'Tare')).toHaveLength(1)
    await clock.advance(500)
    await until(() => expect(scale.out).toEqual([250, 0]))
  })

  it('sends at most five messages a second while it is filled', async () => {
    const { clock, brickd, node } = await house()
    brickd.add('Lc2', 'load-cell-v2')
    const scale = await node('Lc2', 'load-cell-v2', { periodMs: 250 })
    await until(() => expect(scale.out).toEqual([0]))
    const start = clock.now()
    for (let step = 1; step <= 50; step++) {
      brickd.set('Lc2', 'weight', step * 5)
      await clock.advance(20)
    }
    await until(async () => {
      await clock.advance(50)
      expect(scale.out.at(-1)).toBe(250)
    })
    const seconds = (clock.now() - start) / 1_000
    expect(scale.out.length - 1).toBeLessThanOrEqual(seconds * 5)
  })
})

describe('a Dual Button 2.0', () => {
  it('works because the node has switched its callback on, again after it was unplugged', async () => {
    const { brickd, node } = await house()
    brickd.add('Db2', 'dual-button-v2')
    const ENABLE = 'Set State Changed Callback Configuration'
    const buttons = await node('Db2', 'dual-button-v2')
    await until(() => expect(brickd.calls('Db2', ENABLE)).toHaveLength(1))
    await until(() => expect(buttons.payloads('leftHeld')).toEqual([false]))
    brickd.press('Db2', 'left')
    brickd.release('Db2', 'left')
    await until(() => expect(buttons.payloads('leftHeld')).toEqual([false, true, false]))
    expect(buttons.payloads('left')).toEqual([true])
    brickd.unplug('Db2')
    await until(() => expect(buttons.statuses.at(-1)).toMatchObject({ state: 'error', text: 'missing' }))
    brickd.plug('Db2')
    await until(() => expect(brickd.calls('Db2', ENABLE)).toHaveLength(2))
    await isAvailable(buttons)
    brickd.press('Db2', 'right')
    await until(() => expect(buttons.payloads('right')).toEqual([true]))
  })
})

describe('a door alarm', () => {
  it('is written on the OLED and beeps until it is over', async () => {
    const { clock, brickd, node } = await house()
    for (const [uid, kind] of [
      ['Md2', 'motion-detector-v2'],
      ['oLd', 'oled-128x64-v2'],
      ['Pz2', 'piezo-speaker-v2'],
    ] as const)
      brickd.add(uid, kind)
    const motion = await node('Md2', 'motion-detector-v2')
    const oled = await node('oLd', 'oled-128x64-v2', { line: 2 })
    const speaker = await node('Pz2', 'piezo-speaker-v2')
    await isAvailable(motion)
    brickd.move('Md2')
    await until(() => expect(motion.payloads('detected')).toEqual([true]))
    await oled.send('text', { payload: 'ein sehr langer Text davor' })
    await oled.send('text', { payload: 'TÜR 18:02' })
    await speaker.send('in', { payload: { type: 'ring' } })
    expect(brickd.displayText('oLd')).toBe('\nTUER 18:02')
    expect(brickd.calls('Pz2')).toMatchObject([{ values: { frequency: 1_000, volume: 3, duration: 500 } }])
    await clock.advance(500)
    await until(() => expect(speaker.out).toEqual([true]))
  })
})

describe('two nodes on one thermometer', () => {
  it('each get their own pace', async () => {
    const { clock, brickd, node } = await house()
    brickd.add('tM1', 'temperature-v2')
    const slow = await node('tM1', 'temperature-v2', { periodMs: 1_000 })
    const fast = await node('tM1', 'temperature-v2', { periodMs: 100 })
    await until(() => expect([slow.out, fast.out]).toEqual([[0], [0]]))
    for (let step = 1; step <= 30; step++) {
      brickd.set('tM1', 'temperature', step)
      await clock.advance(100)
      await until(() => expect(fast.out.at(-1)).toBe(step))
    }
    expect(fast.out).toHaveLength(31)
    expect(slow.out.length).toBeGreaterThanOrEqual(3)
    expect(slow.out.length).toBeLessThanOrEqual(5)
  })
})
