import { afterEach, beforeEach, expect, test } from 'vitest'
import { FLOW_FORMAT, flowSchema } from '#flows/flow.ts'
import type { Place, Post } from '#kit/runtime/outbox.ts'
import { code, mqttIn, node } from './hosts-rig.ts'
import { type KeptRig, keptFolder } from './kept-rig.ts'

let folder: ReturnType<typeof keptFolder>
beforeEach(() => {
  folder = keptFolder()
})
afterEach(() => folder[Symbol.dispose]())

/** A message goes to ntfy, and then to a function that fails or is stuck. */
const flow = (body: string) =>
  flowSchema.parse({
    ...{ format: FLOW_FORMAT, id: 'a', name: 'a' },
    nodes: [
      mqttIn('in'),
      { ...node('phone', 'ntfy', { topic: 'house', text: '{{ payload }}', server: 'server' }) },
      code(body),
    ],
    wires: [
      ['in.out', 'phone.in'],
      ['in.out', 'function.in'],
    ],
  })

interface Given {
  readonly from: Place
  readonly id: string
  readonly repeated: unknown
  readonly index: number
}

/** What the outbox in the core is given. */
function listen(rig: KeptRig): Given[] {
  const given: Given[] = []
  rig.desk.outbox.post = async (from: Place, { cause: { id, repeated } }: Post, index = -1) => {
    given.push({ from, id, repeated, index })
  }
  return given
}
const settings = () => ({ type: 'ntfy', name: 'ntfy', config: { server: 'https://ntfy.test' } })

test('what a message posts again when it is tried again is known by its number', async () => {
  await using rig = folder.open({ settings })
  const given = listen(rig)
  await rig.deploy(flow('throw new Error("no")'))
  const id = `k${rig.inbox.firstFree.toString(36)}`
  rig.broker.send('in', 'x')
  for (const [tries, rest] of [1_000, 10_000].entries()) {
    await expect.poll(() => rig.failures('a').length).toBe(tries + 1)
    await expect.poll(() => rig.clock.planned).toBeGreaterThan(0)
    await rig.clock.advance(rest)
  }
  await expect.poll(() => given.length).toBe(3)
  const from = { flow: 'a', node: 'phone' }
  expect(given).toEqual([
    { from, id, repeated: false, index: 0 },
    { from, id, repeated: true, index: 0 },
    { from, id, repeated: true, index: 0 },
  ])
})

test('and in the thread that comes after one that has ended', async () => {
  await using rig = folder.open({ settings })
  const given = listen(rig)
  await rig.deploy(flow('if (!message.repeated) { await clock.sleep(50); for (;;); }'))
  rig.broker.send('in', 'x')
  await expect.poll(() => given.length, { timeout: 10_000 }).toBe(2)
  expect(given.map(({ repeated, index }) => [repeated, index])).toEqual([
    [false, 0],
    [true, 0],
  ])
})
