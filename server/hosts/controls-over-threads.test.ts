import { expect, test } from 'vitest'
import { flowSchema } from '#flows/flow.ts'
import { chain, code, hostsRig, mqttIn, mqttOut, node } from './hosts-rig.ts'
import type { FlowEvent } from './supervisor.ts'

type Rig = ReturnType<typeof hostsRig>

const lastReport = ({ events }: Rig) =>
  events.findLast((event): event is Extract<FlowEvent, { kind: 'control' }> => event.kind === 'control')
    ?.report
const stopped = (rig: Rig) => lastReport(rig)?.stopped.map(({ wire, message }) => [wire, message.payload])
const breakAt = (wire: string) => ({ breakpoints: [{ wire }], isSafe: false })

async function running() {
  const rig = hostsRig()
  await rig.deploy(chain('f', mqttIn('in', { payload: 'text' }), node('filter', 'filter'), mqttOut('out')))
  await expect.poll(() => rig.broker.subscriptions).toBe(1)
  return rig
}

test('a message at a breakpoint is not acknowledged until it goes on', async () => {
  await using rig = await running()
  await rig.supervisor.control('f', breakAt('filter.out out.in'))
  const sent = ['one', 'two'].flatMap((text) => rig.broker.send('in', text))
  await expect.poll(() => stopped(rig)).toEqual([['filter.out out.in', 'one']])
  expect(sent.map(({ settled }) => settled)).toEqual([0, 0])
  expect(await rig.supervisor.act('f', 1, 'continue')).toBe(true)
  await expect.poll(() => sent.map(({ settled }) => settled)).toEqual([1, 0])
  expect(await rig.supervisor.act('f', 1, 'continue')).toBe(false)
  await rig.supervisor.control('f', undefined)
  await expect.poll(() => sent.map(({ settled }) => settled)).toEqual([1, 1])
  expect(rig.broker.textsOn('out')).toEqual(['one', 'two'])
})

test('steps from wire to wire', async () => {
  await using rig = await running()
  await rig.supervisor.control('f', breakAt('in.out filter.in'))
  rig.broker.send('in', 'one')
  await expect.poll(() => stopped(rig)).toEqual([['in.out filter.in', 'one']])
  await rig.supervisor.act('f', 1, 'step')
  await expect.poll(() => stopped(rig)).toEqual([['filter.out out.in', 'one']])
  await rig.supervisor.act('f', 2, 'drop')
  await expect.poll(() => rig.broker.open).toEqual([])
  expect(rig.broker.published).toEqual([])
})

test('in safe mode nothing acts on the outside, and what comes is done', async () => {
  await using rig = await running()
  await rig.supervisor.control('f', { breakpoints: [], isSafe: true })
  const sent = [...rig.broker.send('in', 'one'), ...rig.broker.send('in', 'two')]
  await expect.poll(() => sent.map(({ settled }) => settled)).toEqual([1, 1])
  await rig.supervisor.poke('f', 'out', 'in', { payload: 'by hand' })
  await expect.poll(() => lastReport(rig)?.muted).toEqual({ out: 3 })
  expect(rig.broker.published).toEqual([])
  await rig.supervisor.control('f', undefined)
  rig.broker.send('in', 'three')
  await expect.poll(() => rig.broker.textsOn('out')).toEqual(['three'])
})

test('a flow that begins in safe mode acts on nothing from its first message on', async () => {
  await using rig = hostsRig()
  await rig.supervisor.control('f', { breakpoints: [], isSafe: true })
  const tick = node('tick', 'inject', { everyMs: 100, onStart: true })
  await rig.deploy(chain('f', tick, mqttOut('out')))
  await expect.poll(() => lastReport(rig)?.muted['out']).toBeGreaterThan(0)
  expect(rig.broker.published).toEqual([])
})

test('safe mode outlives the end of a thread', async () => {
  await using rig = hostsRig()
  await rig.supervisor.control('f', { breakpoints: [], isSafe: true })
  await rig.deploy(
    chain('f', mqttIn('in'), code('while (message.payload === "loop") {} return message'), mqttOut('out')),
  )
  await expect.poll(() => rig.broker.subscriptions).toBe(1)
  rig.broker.send('in', 'loop', 0)
  await expect.poll(() => rig.supervisor.restarts).toBeGreaterThan(0)
  const [sent] = rig.broker.send('in', 'later')
  await expect.poll(() => sent?.settled).toBe(1)
  expect(rig.broker.published).toEqual([])
})

test('a flow that stops gives back what stood at its breakpoints', async () => {
  await using rig = await running()
  await rig.supervisor.control('f', breakAt('filter.out out.in'))
  const [sent] = rig.broker.send('in', 'one')
  await expect.poll(() => stopped(rig)).toHaveLength(1)
  await rig.supervisor.stop('f')
  expect([sent?.settled, rig.broker.published]).toEqual([1, []])
})

test('a subflow is steered where it stands, each place by itself', async () => {
  await using rig = hostsRig()
  const inside = {
    id: 'send',
    name: 'Send',
    nodes: [node('in', 'subflow-input'), node('filter', 'filter'), mqttOut('out')],
    wires: [
      ['in.out', 'filter.in'],
      ['filter.out', 'out.in'],
    ],
  }
  const flow = flowSchema.parse({
    ...chain('f', mqttIn('in', { payload: 'text' })),
    nodes: [
      mqttIn('in', { payload: 'text' }),
      node('left', 'subflow', { subflow: 'send' }),
      node('right', 'subflow', { subflow: 'send' }),
    ],
    wires: [
      ['in.out', 'left.in'],
      ['in.out', 'right.in'],
    ],
    subflows: [inside],
  })
  await rig.deploy(flow)
  await expect.poll(() => rig.broker.subscriptions).toBe(1)
  await rig.supervisor.control('f', breakAt('left/filter.out left/out.in'))
  rig.broker.send('in', 'one')
  await expect.poll(() => stopped(rig)).toEqual([['left/filter.out left/out.in', 'one']])
  await expect.poll(() => rig.broker.textsOn('out')).toEqual(['one'])
  await rig.supervisor.control('f', { breakpoints: [], isSafe: true })
  await expect.poll(() => rig.broker.open).toEqual([])
  rig.broker.send('in', 'two')
  await expect.poll(() => lastReport(rig)?.muted).toEqual({ 'left/out': 2, 'right/out': 1 })
  expect(rig.broker.textsOn('out')).toEqual(['one'])
})
