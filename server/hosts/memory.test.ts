import { expect, test } from 'vitest'
import { chain, code, hostsRig, mqttIn, mqttOut } from './hosts-rig.ts'

const flow = (id: string, body = 'return message', config = {}) =>
  chain(id, mqttIn(`${id}/in`), code(body, config), mqttOut(`${id}/out`))

test('ends a run that takes all memory, names it, and loses nothing of the others', async () => {
  await using rig = hostsRig({ stuckMs: 5_000 })
  await rig.deploy(flow('good'))
  await rig.deploy(flow('hog', 'const all = []; while (true) all.push(new Uint8Array(1e6).fill(1))'))
  rig.broker.send('good/in', '1')
  rig.broker.send('hog/in', '1')
  rig.broker.send('good/in', '2')
  await expect.poll(() => rig.failures('hog')).toEqual(['function FUNCTION_MEMORY'])
  await expect.poll(() => new Set(rig.broker.textsOn('good/out')).size).toBe(2)
  await expect.poll(() => rig.broker.open).toEqual([])
})

test('starts a thread anew that keeps too much, also where no message moves', async () => {
  await using rig = hostsRig({ heapMb: 80 })
  const setup =
    'const all = []; clock.every(20, () => { all.push(Array.from({ length: 1e5 }, (_, i) => String(i))) })'
  await rig.deploy(flow('leak', 'return message', { setup }))
  await rig.deploy(flow('good', 'state.set("n", message.payload); return message'))
  rig.broker.send('good/in', '7')
  await expect.poll(() => rig.supervisor.restarts).toBeGreaterThan(0)
  expect(rig.logs.join('\n')).toContain('(full)')
  expect(rig.failures('good')).toEqual([])
  await expect.poll(() => rig.broker.textsOn('good/out')).toContain('7')
  await rig.supervisor.stop('leak')
  rig.broker.send('good/in', '8')
  await expect.poll(() => rig.broker.textsOn('good/out')).toContain('8')
  expect(rig.state.load('good', 'function')).toEqual({ n: 8 })
})

test('keeps nothing of twenty threads that ended', { timeout: 60_000 }, async () => {
  await using rig = hostsRig({ stuckMs: 200 })
  const bad = flow('bad', 'while (true);')
  await rig.deploy(flow('good'))
  const round = async (number: number): Promise<void> => {
    await rig.deploy(bad) // clears its strikes
    rig.broker.send('bad/in', '1')
    await expect.poll(() => rig.supervisor.restarts).toBe(number)
    rig.broker.send('good/in', String(number))
    await expect.poll(() => rig.broker.textsOn('good/out')).toContain(String(number))
  }
  for (let number = 1; number <= 5; number++) await round(number)
  const before = process.memoryUsage.rss()
  for (let number = 6; number <= 20; number++) await round(number)
  expect((process.memoryUsage.rss() - before) / 1024 / 1024).toBeLessThan(60)
  expect(rig.broker.subscriptions).toBe(2)
})

test('starts, runs and stops 300 flows, and leaves nothing behind', { timeout: 60_000 }, async () => {
  await using rig = hostsRig({ maxHosts: 3 })
  const ids = Array.from({ length: 300 }, (_, index) => `f${index}`)
  await Promise.all(ids.map((id) => rig.deploy(flow(id))))
  expect(rig.supervisor.hosts().map(({ flows }) => flows)).toEqual([150, 150])
  for (const id of ids) rig.broker.send(`${id}/in`, '1')
  await expect.poll(() => rig.broker.published.length).toBe(300)
  await expect.poll(() => rig.broker.open).toEqual([])
  await Promise.all(ids.map((id) => rig.supervisor.stop(id)))
  expect([rig.supervisor.hosts(), rig.broker.subscriptions]).toEqual([[], 0])
  expect(ids.flatMap((id) => [...rig.supervisor.statuses(id)])).toEqual([])
})
