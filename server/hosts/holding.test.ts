import { expect, test } from 'vitest'
import { chain, code, mqttIn, mqttOut, node } from './hosts-rig.ts'
import { keptFolder } from './kept-rig.ts'

const wait = (delayMs: number) => node('wait', 'delay', { delayMs })
const texts = (count: number) => Array.from({ length: count }, (_, index) => String(index))

test('what waits outlives its thread, and what comes again for that is held once', async () => {
  using folder = keptFolder()
  await using rig = folder.open()
  await rig.deploy(chain('a', mqttIn('a/in'), wait(2_500), mqttOut('a/out')))
  await rig.deploy(chain('bad', mqttIn('bad/in'), code('while (true);')))
  for (const text of texts(50)) rig.broker.send('a/in', text)
  rig.broker.send('bad/in', 'x') // ends the thread before anything is on disk
  for (const text of texts(50)) rig.broker.send('a/in', `more ${text}`)
  const all = [...texts(50), ...texts(50).map((text) => `more ${text}`)]
  await expect.poll(() => rig.broker.textsOn('a/out').length, { timeout: 10_000 }).toBe(100)
  expect(rig.broker.textsOn('a/out')).toEqual(all)
  await expect.poll(() => rig.size).toBe(1) // the culprit's
}, 30_000)

test('the inbox lets go of what waits as soon as it is on disk', async () => {
  using folder = keptFolder()
  await using rig = folder.open()
  await rig.deploy(chain('a', mqttIn('a/in'), wait(3_600_000), mqttOut('a/out')))
  for (const text of texts(10)) rig.broker.send('a/in', text)
  await expect.poll(() => rig.size, { timeout: 3_000 }).toBe(0)
  expect(Object.keys(rig.state.load('a', 'wait')).filter((key) => key.startsWith('held:'))).toHaveLength(10)
})

test('a flow that is stopped goes on with what waits when it is started', async () => {
  using folder = keptFolder()
  await using rig = folder.open()
  const flow = chain('a', mqttIn('a/in'), wait(500), mqttOut('a/out'))
  await rig.deploy(flow)
  rig.broker.send('a/in', 'x')
  await new Promise((resolve) => setTimeout(resolve, 100))
  await rig.supervisor.stop('a')
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(rig.broker.textsOn('a/out')).toEqual([])
  await rig.deploy(flow)
  await expect.poll(() => rig.broker.textsOn('a/out')).toEqual(['x'])
})

test('a changed subscription misses nothing of what comes meanwhile, also of QoS 0', async () => {
  using folder = keptFolder()
  await using rig = folder.open()
  const flow = (edition: number) =>
    chain(
      'a',
      mqttIn(edition % 2 ? 'a/in' : 'a/+', { retained: edition % 4 < 2 ? 'all' : 'live' }),
      mqttOut('b'),
    )
  await rig.deploy(flow(0))
  const expected: string[] = []
  for (let edition = 1; edition <= 20; edition++) {
    const deployed = rig.deploy(flow(edition))
    for (let count = 0; count < 10; count++) {
      const text = `${edition}-${count}`
      expected.push(text)
      rig.broker.send('a/in', text, 0)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await deployed
  }
  await expect.poll(() => rig.broker.textsOn('b').length).toBe(200)
  expect(rig.broker.textsOn('b')).toEqual(expected)
})
