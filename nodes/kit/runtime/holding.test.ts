import { expect, it } from 'vitest'
import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import type { Message } from '#kit/message.ts'
import { DiskState } from '#rig/disk-state.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { type NodeRigOptions, nodeRig } from '#rig/node-rig.ts'
import { settlePromises, VirtualClock } from '#rig/virtual-clock.ts'
import { Holding } from './holding.ts'
import { implementNode, type Settlement } from './implement-node.ts'

const wait = implementNode(
  defineNode({
    ...{ type: 'wait', version: 1, group: 'time', icon: 'hourglass', title: 'Wait', summary: 'Waits.' },
    config: z.object({ ms: z.number().default(5_000) }),
    inputs: { in: port.any() },
    outputs: { out: port.any() },
  }),
  (context) => {
    const holding = new Holding(context, { type: 'wait' })
    const { clock, config } = context
    return {
      start: holding.open,
      in: holding.handler((message) => holding.hold(message, { dueAt: clock.now() + config.ms }).kept),
    }
  },
)

/** A node that holds on a disk, and the next one after a power cut. */
async function house(options: NodeRigOptions & { readonly clock?: VirtualClock; store?: DiskState } = {}) {
  const { clock = new VirtualClock(), store = new DiskState(clock), ...rest } = options
  const services = fakeServices()
  const node = await nodeRig(wait, { clock, store, services, ...rest })
  const send = (id: string, payload: unknown = id, more: Partial<Message> = {}) =>
    follow(node.send('in', { id, payload, ...more }))
  return {
    ...{ clock, store, node, send, letters: services.deadLetters.letters },
    get out() {
      return node.sent.map(({ message: { payload, repeated } }) => (repeated ? `${payload} again` : payload))
    },
    /** The plug is pulled, and `ms` later a new process starts. */
    async powerCut(ms = 0, again: NodeRigOptions = {}) {
      const next = new VirtualClock()
      await next.advance(clock.now() - next.now() + ms)
      return await house({ ...again, clock: next, store: store.afterPowerCut(next) })
    },
  }
}

/** How a promise stands. */
function follow(promise: Promise<void>): { is: string } {
  const outcome = { is: 'waiting' }
  promise.then(
    () => {
      outcome.is = 'settled'
    },
    (error: Error) => {
      outcome.is = error.message
    },
  )
  return outcome
}

it('lets the sender go when the message is on disk, and lets the message go under a new id', async () => {
  const { clock, node, send } = await house()
  const sender = send('k1~7')
  await clock.advance(999)
  expect(sender.is).toBe('waiting')
  await clock.advance(1)
  expect(sender.is).toBe('settled')
  await clock.advance(4_000)
  expect(node.sent.map(({ message }) => message)).toEqual([
    { id: expect.stringMatching(/^k1~[0-9a-f]{16}$/), payload: 'k1~7' },
  ])
})

it('writes nothing to the disk for what leaves before that, but two numbers', async () => {
  const { clock, store, node, send } = await house({ config: { ms: 500 } })
  const sender = send('k1')
  await clock.advance(500)
  expect(sender.is).toBe('settled')
  await clock.advance(60_000)
  expect([node.out, store.changes]).toEqual([['k1'], 3])
})

it('leaves it to the sender what comes of a failure before that', async () => {
  const refuse = () => Promise.reject(new Error('no'))
  const { clock, node, send } = await house({ config: { ms: 500 }, downstream: refuse })
  const sender = send('k1')
  await clock.advance(60_000)
  expect([sender.is, node.out]).toEqual(['no', ['k1']])
})

it('tries again after 1 and 10 seconds what has failed, and then gives it up', async () => {
  const at: number[] = []
  const downstream = (): Settlement => {
    at.push(clock.now() - start)
    throw new Error('no')
  }
  const clock = new VirtualClock()
  const start = clock.now()
  const h = await house({ clock, downstream })
  h.send('k1')
  await clock.advance(60_000)
  expect(at).toEqual([5_000, 6_000, 16_000])
  expect(h.out).toEqual(['k1', 'k1 again', 'k1 again'])
  expect(h.letters).toMatchObject([
    {
      place: { flow: 'flow', node: 'node' },
      port: 'out',
      message: { payload: 'k1' },
      error: { message: 'no' },
    },
  ])
  expect((await h.powerCut(0)).node.out).toEqual([])
})

it('has the same id each time', async () => {
  const h = await house({ downstream: () => Promise.reject(new Error('no')) })
  h.send('k1')
  await h.clock.advance(60_000)
  expect(new Set(h.node.sent.map(({ message }) => message.id)).size).toBe(1)
})

it('goes on after a power cut with the time that is left, as it was', async () => {
  const h = await house()
  const payload = { at: new Date(5), bytes: new Uint8Array([1, 2]), list: [{ on: true }] }
  h.send('k1', payload, { topic: 'a' })
  await h.clock.advance(2_000)
  const next = await h.powerCut(1_000)
  await next.clock.advance(1_999)
  expect(next.node.sent).toEqual([])
  await next.clock.advance(1)
  expect(next.node.sent).toMatchObject([{ port: 'out', message: { topic: 'a', payload } }])
})

it('lets what is overdue go at once and in order, marked where it may have gone already', async () => {
  const h = await house({ config: { ms: 60_000 } })
  for (const id of ['k1', 'k2', 'k3']) {
    h.send(id)
    await h.clock.advance(4_000)
  }
  const next = await h.powerCut(3_600_000)
  await next.clock.advance(0)
  expect(next.out).toEqual(['k1 again', 'k2 again', 'k3'])
})

it('marks nothing after an orderly end', async () => {
  const h = await house()
  h.send('k1')
  await h.clock.advance(2_000)
  await h.node.stop()
  await h.store.flush()
  const next = await h.powerCut(60_000)
  await next.clock.advance(1_000)
  expect(next.out).toEqual(['k1'])
})

it('marks what left right after an orderly end and the next start, when a crash follows at once', async () => {
  const h = await house()
  h.send('k1')
  await h.clock.advance(2_000)
  await h.node.stop()
  await h.store.flush()
  const next = await h.powerCut(60_000)
  await until(next, () => next.out.length > 0)
  expect(next.out).toEqual(['k1'])
  const last = await next.powerCut(0)
  await last.clock.advance(1_000)
  expect(last.out).toEqual(['k1 again'])
})

/** A moment at a time, so that nothing more happens than is waited for. */
async function until(h: { readonly clock: { advance(ms: number): Promise<void> } }, isThere: () => boolean) {
  for (let waited = 0; waited < 5_000 && !isThere(); waited++) await h.clock.advance(1)
}

it('is not asked twice to hold what comes again: it waits', async () => {
  const h = await house()
  h.send('k1')
  await h.clock.advance(2_000)
  const next = await h.powerCut()
  const sender = next.send('k1', 'k1', { repeated: true })
  await settlePromises()
  expect(sender.is).toBe('settled')
  await next.clock.advance(60_000)
  expect(next.node.out).toEqual(['k1'])
})

it('knows what comes again when it has left, also after a power cut', async () => {
  const h = await house()
  h.send('k1')
  await h.clock.advance(7_000)
  expect(h.node.out).toEqual(['k1'])
  h.send('k1', 'k1', { repeated: true })
  const next = await h.powerCut()
  next.send('k1', 'k1', { repeated: true })
  next.send('k1', 'another', { repeated: true })
  await next.clock.advance(60_000)
  expect([h.node.out, next.node.out]).toEqual([['k1'], ['another']])
})

it('knows what comes again also when it has left before it was on disk', async () => {
  const { clock, node, send } = await house({ config: { ms: 100 } })
  send('k1')
  await clock.advance(100)
  send('k1', 'k1', { repeated: true })
  await clock.advance(60_000)
  expect(node.out).toEqual(['k1'])
})

it('takes again what had failed, and comes again for that', async () => {
  let isBroken = true
  const downstream = () => (isBroken ? Promise.reject(new Error('no')) : undefined)
  const { clock, node, send } = await house({ config: { ms: 100 }, downstream })
  const first = send('k1')
  await clock.advance(100)
  isBroken = false
  send('k1', 'k1', { repeated: true })
  await clock.advance(60_000)
  expect([first.is, node.out]).toEqual(['no', ['k1', 'k1']])
})

it('leaves under the same id when a power cut has cost all that was known of it', async () => {
  const h = await house({ config: { ms: 100 } })
  h.send('k1')
  await h.clock.advance(100)
  const next = await h.powerCut(0, { config: { ms: 100 } })
  next.send('k1', 'k1', { repeated: true })
  await next.clock.advance(100)
  const [before, after] = [h, next].map(({ node }) => node.sent.map(({ message }) => message))
  expect(after).toEqual(before?.map((message) => ({ ...message, repeated: true })))
})

it('leaves under the same id when it was found after a power cut', async () => {
  const h = await house()
  h.send('k1')
  await h.clock.advance(2_000)
  const next = await h.powerCut()
  await Promise.all([h.clock.advance(60_000), next.clock.advance(60_000)])
  expect(next.node.sent[0]?.message.id).toBe(h.node.sent[0]?.message.id)
})

it('holds each of several messages of one id', async () => {
  const h = await house()
  h.send('k1', 'a')
  h.send('k1', 'a')
  await h.clock.advance(60_000)
  expect(new Set(h.node.sent.map(({ message }) => message.id)).size).toBe(2)
})

it('keeps in memory what cannot be stored, says so once, and its sender waits for it', async () => {
  const { clock, node, send } = await house()
  const senders = [send('k1', () => {}), send('k2', () => {})]
  await clock.advance(4_000)
  expect(senders.map(({ is }) => is)).toEqual(['waiting', 'waiting'])
  await clock.advance(1_000)
  expect(senders.map(({ is }) => is)).toEqual(['settled', 'settled'])
  expect(node.logs).toHaveLength(1)
  expect(node.logs).toMatchObject([{ level: 'warn', text: expect.stringContaining('function') }])
})

it('fails what is in memory only when the node stops', async () => {
  const { clock, node, send } = await house()
  const [gone, kept] = [send('k1', () => {}), send('k2')]
  await clock.advance(500)
  await node.stop()
  await clock.advance(1_000)
  expect([gone.is, kept.is]).toEqual([expect.stringContaining('was stopped'), 'settled'])
  expect(clock.planned).toBe(0)
})

it('lets its senders wait while the disk is full, and the messages go in their time', async () => {
  const { clock, node, store, send } = await house()
  store.isFull = true
  const sender = send('k1')
  await clock.advance(4_000)
  expect(sender.is).toBe('waiting')
  store.isFull = false
  await clock.advance(1_000)
  expect([sender.is, node.out]).toEqual(['settled', ['k1']])
})

it('has one write for a thousand messages', async () => {
  const { clock, store, send } = await house()
  let writes = 0
  const save = store.flush.bind(store)
  store.flush = () => {
    writes += 1
    return save()
  }
  for (let count = 0; count < 1_000; count++) send(`k${count}`)
  await clock.advance(2_000)
  expect(writes).toBe(1)
})

it('has no two messages of one id, also after a power cut and with a clock that is set back', async () => {
  const h = await house({ config: { ms: 100 } })
  h.send('k1')
  await h.clock.advance(2_000)
  const clock = new VirtualClock()
  const next = await house({ clock, store: h.store.afterPowerCut(clock), config: { ms: 100 } })
  next.send('k1')
  await clock.advance(2_000)
  const [before, after] = [h, next].map(({ node }) => node.sent[0]?.message.id)
  expect(after).not.toBe(before)
})
