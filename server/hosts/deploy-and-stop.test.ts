import { expect, test } from 'vitest'
import { chain, code, hostsRig, mqttIn, mqttOut, node } from './hosts-rig.ts'

const flow = (id: string, body = 'return message', config = {}) =>
  chain(id, mqttIn(`${id}/in`), code(body, config), mqttOut(`${id}/out`))

test('deploys by difference: a node that stays keeps its variables', async () => {
  await using rig = hostsRig()
  const counter = code('return { payload: ++n }', { setup: 'let n = 0' })
  await rig.deploy(chain('a', mqttIn('in'), counter, mqttOut('first')))
  rig.broker.send('in', 'x')
  await expect.poll(() => rig.broker.textsOn('first')).toEqual(['1'])
  await rig.deploy(chain('a', mqttIn('in'), counter, mqttOut('second')))
  rig.broker.send('in', 'x')
  await expect.poll(() => rig.broker.textsOn('second')).toEqual(['2'])
  expect(rig.broker.subscriptions).toBe(1)
})

test('says why a flow cannot start, and leaves the old one running', async () => {
  await using rig = hostsRig()
  await rig.deploy(flow('a'))
  const failed = await rig.deploy(flow('a', 'return (')).then(undefined, (error: unknown) => error)
  expect(failed).toMatchObject({ problems: [{ node: 'function', level: 'error' }] })
  rig.broker.send('a/in', '1')
  await expect.poll(() => rig.broker.textsOn('a/out')).toEqual(['1'])
})

test('leaves nothing of a flow that could not start', async () => {
  await using rig = hostsRig()
  await expect(rig.deploy(flow('a', 'return ('))).rejects.toThrow()
  expect(rig.supervisor.hosts()).toEqual([])
  expect(rig.broker.subscriptions).toBe(0)
})

test('ends a set-up that never ends: the deploy fails with its name, and all that ran runs on', async () => {
  await using rig = hostsRig()
  await rig.deploy(flow('a'))
  await rig.deploy(flow('b'))
  const failed = await rig
    .deploy(flow('a', 'return message', { setup: 'while (true);' }))
    .then(undefined, (error: unknown) => error)
  expect(failed).toMatchObject({ problems: [{ code: 'FUNCTION_STUCK', node: 'function' }] })
  for (const id of ['a', 'b']) {
    rig.broker.send(`${id}/in`, '1')
    await expect.poll(() => rig.broker.textsOn(`${id}/out`)).toEqual(['1'])
  }
})

test('deploys a flow whose thread is ended by another one meanwhile', async () => {
  await using rig = hostsRig()
  await rig.deploy(flow('a'))
  await Promise.all([
    expect(rig.deploy(flow('bad', 'return message', { setup: 'while (true);' }))).rejects.toMatchObject({
      problems: [{ code: 'FUNCTION_STUCK' }],
    }),
    rig.deploy(flow('b')),
    rig.deploy(flow('c')),
  ])
  for (const id of ['a', 'b', 'c']) {
    rig.broker.send(`${id}/in`, '1')
    await expect.poll(() => rig.broker.textsOn(`${id}/out`)).toEqual(['1'])
  }
})

test('runs what surrounds an unknown node type', async () => {
  await using rig = hostsRig()
  await rig.deploy({ ...flow('a'), nodes: [...flow('a').nodes, node('odd', 'from-the-future')] })
  rig.broker.send('a/in', '1')
  await expect.poll(() => rig.broker.textsOn('a/out')).toEqual(['1'])
})

test('stops a flow while its thread is being ended, and does not start it again', async () => {
  await using rig = hostsRig()
  await rig.deploy(flow('a'))
  await rig.deploy(flow('b', 'while (true);'))
  rig.broker.send('b/in', '1')
  await new Promise((resolve) => setTimeout(resolve, 100))
  await Promise.all([rig.supervisor.stop('b'), rig.supervisor.stop('a')])
  expect(rig.broker.subscriptions).toBe(0)
  expect(rig.supervisor.hosts()).toEqual([])
  await expect.poll(() => rig.broker.open).toEqual([])
})

test('ends a tear-down that never ends, also when everything ends', async () => {
  const rig = hostsRig()
  await rig.deploy(flow('a', 'return message', { teardown: 'while (true);' }))
  await rig.deploy(flow('b', 'return message', { teardown: 'while (true);' }))
  await rig.supervisor.stop('a')
  await rig[Symbol.asyncDispose]()
  expect(rig.broker.subscriptions).toBe(0)
})

test('ends while a node is stuck, and while threads are being started anew', async () => {
  for (const waitMs of [0, 300, 650, 750]) {
    const rig = hostsRig({ maxHosts: 2 })
    for (const id of ['a', 'b', 'c', 'd', 'e']) await rig.deploy(flow(id, 'while (true);'))
    for (const id of ['a', 'e']) rig.broker.send(`${id}/in`, '1')
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    await rig[Symbol.asyncDispose]()
    expect(rig.broker.subscriptions).toBe(0)
  }
})

test('answers a poke whose flow is stopped or whose thread ends', async () => {
  await using rig = hostsRig()
  const waits = code('await new Promise(() => {})', { timeoutMs: 3_600_000 })
  const loops = { ...code('while (true);'), id: 'loops' }
  await rig.deploy({ ...chain('a', mqttIn('in'), waits), nodes: [mqttIn('in'), waits, loops] })
  const first = expect(rig.supervisor.poke('a', 'function', 'in', { payload: 1 })).rejects.toThrow()
  const second = expect(rig.supervisor.poke('a', 'loops', 'in', { payload: 1 })).rejects.toMatchObject({
    code: 'FUNCTION_STUCK',
  })
  await Promise.all([first, second])
  const third = expect(rig.supervisor.poke('a', 'function', 'in', { payload: 1 })).rejects.toThrow()
  await rig.supervisor.stop('a')
  await third
})
