import { expect, test } from 'vitest'
import { flowSchema } from '#flows/flow.ts'
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

test('carries payloads of any size and kind, and topics of any script', async () => {
  await using rig = hostsRig()
  const sizes: number[] = []
  rig.broker.onPayload = (payload) => void sizes.push(payload.length)
  await rig.deploy(chain('f', mqttIn('ein/#', { payload: 'bytes' }), code('return message'), mqttOut('out')))
  for (const size of [0, 1, 1_000, 200_000, 3_000_000, 20_000_000])
    rig.broker.send('ein/Küche/温度/🔔', new Uint8Array(size).fill(255))
  await expect.poll(() => sizes).toEqual([0, 1, 1_000, 200_000, 3_000_000, 20_000_000])
  await expect.poll(() => rig.broker.open).toEqual([])
})

test('publishes to the topic of the message, as it was', async () => {
  await using rig = hostsRig()
  const rename = code('return { ...message, topic: "aus/" + message.topic }')
  await rig.deploy(chain('f', mqttIn('ein/#'), rename, mqttOut()))
  rig.broker.send('ein/Küche/温度/🔔', 'heiß')
  await expect.poll(() => rig.broker.textsOn('aus/ein/Küche/温度/🔔')).toEqual(['heiß'])
})

test('a delivery waits for what its publish comes to', async () => {
  await using rig = hostsRig()
  const taking = Promise.withResolvers<void>()
  rig.broker.onPublish = () => taking.promise
  await rig.deploy(chain('f', mqttIn('in'), mqttOut('out')))
  const [sent] = rig.broker.send('in', '1')
  await expect.poll(() => rig.broker.published.length).toBe(1)
  expect(sent?.settled).toBe(0)
  taking.resolve()
  await expect.poll(() => sent?.settled).toBe(1)
})

test('a publish that fails after thousands of others is a failure of its node all the same', async () => {
  await using rig = hostsRig()
  const taking = Promise.withResolvers<void>()
  rig.broker.onPublish = ({ payload }) => (String(payload) === 'bad' ? taking.promise : undefined)
  await rig.deploy(chain('f', mqttIn('in'), mqttOut('out')))
  rig.broker.send('in', 'bad')
  for (let round = 1; round <= 5; round++) {
    for (let count = 0; count < 1_000; count++) rig.broker.send('in', String(count))
    await expect.poll(() => rig.broker.textsOn('out').length).toBe(1 + round * 1_000)
  }
  taking.reject(new Error('no'))
  await expect.poll(() => rig.failures('f')).toEqual([expect.stringMatching(/^out /)])
})

for (const late of [false, true])
  test(`a publish that the broker refuses ${late ? 'later' : 'at once'} is a failure of its node`, async () => {
    await using rig = hostsRig()
    rig.broker.onPublish = ({ topic }) => {
      if (topic !== 'out') return undefined
      if (!late) throw new Error('no')
      return Promise.reject(new Error('no'))
    }
    await rig.deploy(
      flowSchema.parse({
        ...chain('f', mqttIn('in'), mqttOut('out')),
        nodes: [
          mqttIn('in'),
          mqttOut('out'),
          node('handler', 'on-error'),
          { ...mqttOut('errors'), id: 'told' },
        ],
        wires: [
          ['in.out', 'out.in'],
          ['handler.out', 'told.in'],
        ],
      }),
    )
    const [sent] = rig.broker.send('in', '1')
    await expect.poll(() => rig.broker.textsOn('errors').length).toBe(1)
    await expect.poll(() => sent?.settled).toBe(1)
    expect(rig.failures('f')[0]).toMatch(/^out /)
  })

test('a slow flow does not stop the others, and what waits for it stays in hand', async () => {
  await using rig = hostsRig()
  await rig.deploy(
    chain('slow', mqttIn('slow'), code('await new Promise(() => {})', { timeoutMs: 3_600_000 })),
  )
  await rig.deploy(chain('quick', mqttIn('quick'), mqttOut('out')))
  for (let index = 0; index < 500; index++) rig.broker.send('slow', '1')
  for (let index = 0; index < 500; index++) rig.broker.send('quick', String(index))
  await expect.poll(() => rig.broker.textsOn('out').length).toBe(500)
  await expect.poll(() => rig.broker.open.every(({ packet }) => packet.topic === 'slow')).toBe(true)
  await rig.supervisor.stop('slow')
  await expect.poll(() => rig.broker.open).toEqual([])
})

test('rings that are full both ways lose nothing and keep the order', async () => {
  await using rig = hostsRig({ stuckMs: 10_000 })
  await rig.deploy(chain('f', mqttIn('in/#'), code('return message'), mqttOut('out')))
  const order = Array.from({ length: 100_000 }, (_, index) => String(index))
  for (const text of order) rig.broker.send('in/a', text)
  await expect.poll(() => rig.broker.published.length).toBe(order.length)
  await expect.poll(() => rig.broker.open.length).toBe(0)
  expect(rig.broker.textsOn('out')).toEqual(order)
  expect(rig.broker.sent.every(({ settled, error }) => settled === 1 && error === undefined)).toBe(true)
})

test('tells the way of the next message on a wire, to the microsecond', async () => {
  await using rig = hostsRig()
  const fails = code('throw new Error("no")')
  await rig.deploy(chain('f', mqttIn('in'), node('filter', 'filter'), fails))
  const trace = rig.supervisor.trace('f', 'in.out filter.in')
  await expect.poll(() => rig.broker.subscriptions).toBe(1)
  await rig.supervisor.poke('f', 'in', 'out', { id: 'm', payload: 1 }).catch(() => {})
  const { message, steps } = await trace
  expect([message, ...steps.map((step) => `${step.node} ${step.port ?? step.failed?.code}`)]).toEqual([
    'm',
    ...['in out', 'filter in', 'filter out', 'function in', 'function FUNCTION_THROW'],
  ])
  expect(steps.some(({ at }) => !Number.isInteger(at))).toBe(true)
  await expect(rig.supervisor.trace('other', 'a.out b.in')).rejects.toMatchObject({
    code: 'FLOW_NOT_RUNNING',
  })
})

test('keeps the last messages of a wire while somebody looks, and the way of each', async () => {
  await using rig = hostsRig()
  await rig.deploy(chain('f', mqttIn('in'), node('filter', 'filter'), mqttOut('out')))
  const poke = (id: string) => rig.supervisor.poke('f', 'in', 'out', { id, payload: id })
  const kept = async () =>
    (await rig.supervisor.wireMessages('f', 'filter.out out.in')).map(({ message }) => message.id)
  await poke('before')
  rig.supervisor.watch('f', true)
  await poke('one')
  await poke('two')
  expect(await kept()).toEqual(['one', 'two'])
  const steps = await rig.supervisor.path('f', 'two')
  expect(steps.map((step) => `${step.node} ${step.port}`)).toEqual([
    ...['in out', 'filter in', 'filter out', 'out in'],
  ])
  rig.supervisor.watch('f', false)
  expect(await kept()).toEqual([])
})
