import type { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chain, code, hostsRig, mqttIn, mqttOut } from './hosts-rig.ts'

const workers = new Set<Worker>()
const remember = (worker: Worker): void => {
  workers.add(worker)
  worker.once('exit', () => workers.delete(worker))
}
beforeAll(() => void process.on('worker', remember))
afterAll(() => void process.off('worker', remember))

const loops = 'if (message.payload === "bad") while (true); return message'
const flow = (id: string, body = 'return message') =>
  chain(id, mqttIn(`${id}/in`), code(body), mqttOut(`${id}/out`))

/** What came for a flow and did not fail. */
const handled = ({ broker }: ReturnType<typeof hostsRig>, id: string): string[] =>
  broker.sent
    .filter(({ packet, error }) => packet.topic === `${id}/in` && error === undefined)
    .map(({ packet }) => String(packet.payload))

const missing = (rig: ReturnType<typeof hostsRig>, id: string): string[] => {
  const out = new Set(rig.broker.textsOn(`${id}/out`).map((text) => text.replace(' again', '')))
  return handled(rig, id).filter((text) => !out.has(text))
}

test('settles every message once, however often threads are ended', { timeout: 60_000 }, async () => {
  await using rig = hostsRig({ maxHosts: 2 })
  const mark = 'return message.repeated ? { ...message, payload: message.payload + " again" } : message'
  const body = `state.set("n", (state.get("n") ?? 0) + 1); ${mark}`
  const counting = ['a', 'b', 'c', 'd', 'e'].map((id) => flow(id, body))
  const flows = [...counting, flow('late', `await clock.sleep(1); ${mark}`)]
  const ids = flows.map(({ id }) => id)
  let sent = 0
  for (let round = 0; round < 30; round++) {
    // who is at work when a thread ends is taken for the culprit: a deploy clears its name
    if (round % 4 === 0) for (const one of flows) await rig.deploy(one)
    const victims = [...workers]
    const victim = victims[round % victims.length]
    const spread = 1 + (round % 7)
    for (let part = 0; part < spread; part++) {
      for (let index = 0; index < 20; index++) {
        sent++
        for (const id of ids) rig.broker.send(`${id}/in`, String(sent))
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
    void victim?.terminate()
    // one that was opened in advance, and works for nobody, is not missed
    if (victim) await expect.poll(() => workers.has(victim)).toBe(false)
  }
  await expect.poll(() => rig.broker.open.length).toBe(0)
  expect(rig.broker.sent.filter(({ settled }) => settled !== 1)).toEqual([])
  for (const id of ids) expect(missing(rig, id)).toEqual([])
  const unmarked = rig.broker.published.filter(({ text }) => !text.endsWith('again'))
  expect(new Set(unmarked.map(({ topic, text }) => `${topic} ${text}`)).size).toBe(unmarked.length)
  await rig.state.flush()
  for (const { id } of counting)
    expect(rig.state.load(id, 'function')['n']).toBeGreaterThanOrEqual(handled(rig, id).length)
})

test('keeps the order of a topic over the end of a thread', async () => {
  await using rig = hostsRig()
  await rig.deploy(flow('a'))
  const order = Array.from({ length: 2_000 }, (_, index) => index)
  for (const index of order) rig.broker.send('a/in', String(index))
  for (const worker of [...workers]) void worker.terminate()
  await expect.poll(() => rig.broker.open.length).toBe(0)
  const seen = new Set<string>()
  const first = rig.broker.textsOn('a/out').filter((text) => !seen.has(text) && seen.add(text))
  // What was at work as the thread ended counts as a failure, and goes no further here; nothing else is missing.
  const missing = order.filter((index) => !seen.has(String(index)))
  expect(missing.length).toBeLessThanOrEqual(rig.failures('a').length)
  expect(first.map(Number)).toEqual(order.filter((index) => !missing.includes(index)))
})

test('puts a flow aside that ends its thread for the third time, and says so once', async () => {
  await using rig = hostsRig()
  await rig.deploy(flow('good'))
  await rig.deploy(flow('bad', loops))
  for (let strike = 1; strike <= 3; strike++) {
    rig.broker.send('bad/in', 'bad')
    await expect.poll(() => rig.supervisor.restarts).toBe(strike)
  }
  await expect.poll(() => rig.quarantined).toEqual(['bad'])
  await expect.poll(() => rig.broker.subscriptions).toBe(1)
  rig.broker.send('good/in', '1')
  await expect.poll(() => rig.broker.textsOn('good/out')).toEqual(['1'])
  expect(rig.broker.open).toEqual([])
  await rig.deploy(flow('bad'))
  rig.broker.send('bad/in', 'fine')
  await expect.poll(() => rig.broker.textsOn('bad/out')).toEqual(['fine'])
  expect(rig.quarantined).toEqual(['bad'])
})

test('moves a flow that was at fault to a thread of its own, with what it had not settled', async () => {
  await using rig = hostsRig({ maxHosts: 2 })
  await rig.deploy(flow('good'))
  await rig.deploy(flow('bad', loops))
  expect(rig.supervisor.hosts().map(({ flows }) => flows)).toEqual([2])
  for (const text of ['1', 'bad', '2', '3']) rig.broker.send('bad/in', text)
  await expect.poll(() => rig.broker.textsOn('bad/out')).toEqual(['1', '2', '3'])
  expect(rig.supervisor.hosts().map(({ flows }) => flows)).toEqual([1, 1])
  rig.broker.send('good/in', '1')
  await expect.poll(() => rig.broker.textsOn('good/out')).toEqual(['1'])
  await expect.poll(() => rig.broker.open).toEqual([])
})

test('takes a flow over into a thread that is itself being started anew', async () => {
  await using rig = hostsRig({ maxHosts: 2 })
  for (const id of ['good', 'x', 'y']) await rig.deploy(flow(id, loops))
  rig.broker.send('x/in', 'bad')
  await expect.poll(() => rig.supervisor.hosts().length).toBe(2)
  for (const text of ['1', 'bad', '2']) rig.broker.send('x/in', text)
  for (const text of ['1', 'bad', '2']) rig.broker.send('y/in', text)
  await expect.poll(() => rig.broker.textsOn('y/out')).toEqual(['1', '2'])
  await expect.poll(() => rig.broker.textsOn('x/out')).toEqual(['1', '2'])
  await expect.poll(() => rig.broker.open).toEqual([])
})

test('counts a stopped and started flow from the beginning', async () => {
  await using rig = hostsRig()
  await rig.deploy(flow('other'))
  await rig.deploy(flow('a'))
  for (let index = 0; index < 100; index++) rig.broker.send('a/in', '1')
  await expect.poll(() => rig.supervisor.counts('a').messages).toBe(200)
  await rig.supervisor.stop('a')
  await rig.deploy(flow('a'))
  rig.broker.send('a/in', '1')
  await expect.poll(() => rig.supervisor.counts('a').messages).toBe(2)
})

test('goes on reporting the activity of a watched flow after its thread has ended', async () => {
  await using rig = hostsRig()
  await rig.deploy(flow('a'))
  rig.supervisor.watch('a', true)
  for (const worker of [...workers]) void worker.terminate()
  await expect.poll(() => rig.supervisor.restarts).toBe(1)
  const isReported = (): boolean => {
    rig.broker.send('a/in', '1')
    return rig.events.some(({ kind }) => kind === 'activity')
  }
  await expect.poll(isReported).toBe(true)
})
