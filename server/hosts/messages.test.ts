import { expect, test } from 'vitest'
import { chain, code, hostsRig, mqttIn, mqttOut, node } from './hosts-rig.ts'

test('takes a message through a function and a filter, and settles it', async () => {
  await using rig = hostsRig()
  const double = code('return { ...message, payload: message.payload * 2 }')
  await rig.deploy(chain('f', mqttIn('in/+'), double, node('filter', 'filter'), mqttOut('out')))
  await expect.poll(() => rig.broker.subscriptions).toBe(1)
  const sent = [1, 2, 2, 3].flatMap((value) => rig.broker.send('in/a', String(value)))
  await expect.poll(() => sent.map(({ settled }) => settled)).toEqual([1, 1, 1, 1])
  expect(rig.broker.textsOn('out')).toEqual(['2', '4', '6'])
})

test('stays alive and idle after what comes from a promise', async () => {
  await using rig = hostsRig()
  const late = code('await clock.sleep(20); throw new Error("late")')
  await rig.deploy({
    ...chain('f', mqttIn('in'), late),
    nodes: [mqttIn('in'), late, node('handler', 'on-error'), mqttOut('errors')],
    wires: [
      ['in.out', 'function.in'],
      ['handler.out', 'out.in'],
    ],
  })
  rig.broker.send('in', '1')
  await expect.poll(() => rig.broker.textsOn('errors').length).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(rig.supervisor.restarts).toBe(0)
})

test('keeps the state of flows that are deployed at the same time', async () => {
  await using rig = hostsRig({ state: { 'a/function': { n: 1 }, 'b/function': { n: 2 } } })
  const tell = code('return { payload: state.get("n") ?? "nothing" }')
  await Promise.all(
    ['a', 'b'].map((id) => rig.deploy(chain(id, mqttIn(`in/${id}`), tell, mqttOut(`out/${id}`)))),
  )
  for (const id of ['a', 'b']) rig.broker.send(`in/${id}`, '1')
  await expect.poll(() => rig.broker.published.map(({ text }) => text).sort()).toEqual(['1', '2'])
})
