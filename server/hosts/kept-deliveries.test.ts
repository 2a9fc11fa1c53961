import { afterEach, beforeEach, expect, test } from 'vitest'
import { chain, code, mqttIn, mqttOut, node } from './hosts-rig.ts'
import { type KeptRig, keptFolder } from './kept-rig.ts'

let folder: ReturnType<typeof keptFolder>
beforeEach(() => {
  folder = keptFolder()
})
afterEach(() => folder[Symbol.dispose]())

/** Says of each message its id, and whether it comes again. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is one in the function
const tell = 'return { payload: `${message.payload} ${message.id}${message.repeated ? " again" : ""}` }'
const fails = 'throw new Error("no " + message.payload)'
const flow = (body: string) => chain('a', mqttIn('in'), code(body), mqttOut('out'))
const texts = ({ broker }: KeptRig) => broker.textsOn('out')
const failures = (rig: KeptRig) => rig.failures('a').length

/** Lets the rest of a message that has failed so often pass. */
async function rest(rig: KeptRig, count: number, ms: number): Promise<void> {
  await expect.poll(() => failures(rig)).toBe(count)
  await expect.poll(() => rig.clock.planned).toBeGreaterThan(0)
  await rig.clock.advance(ms)
}

test('a message is called by its number in the inbox', async () => {
  await using rig = folder.open()
  await rig.deploy(flow(tell))
  const first = rig.inbox.firstFree
  rig.broker.send('in', 'x')
  rig.broker.send('in', 'y')
  await expect.poll(() => texts(rig)).toEqual([`x k${first.toString(36)}`, `y k${(first + 1).toString(36)}`])
  await expect.poll(() => rig.size).toBe(0)
})

test('one of QoS 0 is not kept, and has a name of its own', async () => {
  await using rig = folder.open()
  await rig.deploy(flow(`throw new Error(message.id)`))
  rig.broker.send('in', 'x', 0)
  await expect.poll(() => failures(rig)).toBe(1)
  expect(rig.clock.planned).toBe(0)
  expect(rig.broker.sent).toMatchObject([{ settled: 1 }])
})

test('what fails is tried again after 1 s and 10 s, and then put aside with its error and culprit', async () => {
  await using rig = folder.open()
  await rig.deploy(flow(fails))
  const id = `k${rig.inbox.firstFree.toString(36)}`
  rig.broker.send('in', 'x')
  await rest(rig, 1, 999)
  expect(failures(rig)).toBe(1)
  await rest(rig, 1, 1)
  await rest(rig, 2, 10_000)
  await expect.poll(() => rig.lost).toHaveLength(1)
  expect(rig.lost).toMatchObject([
    { id, flow: 'a', node: 'in', attempts: 3, packet: { topic: 'in' }, error: { node: 'function' } },
  ])
  expect(String(rig.lost[0]?.error)).toContain('no x')
  expect([rig.size, rig.broker.sent[0]?.settled]).toEqual([0, 1])
})

test('a try that succeeds is the last, marked as repeated and under the same id', async () => {
  await using rig = folder.open()
  await rig.deploy(flow(`if (!message.repeated) throw new Error("no"); ${tell}`))
  const id = `k${rig.inbox.firstFree.toString(36)}`
  rig.broker.send('in', 'x')
  await rest(rig, 1, 1_000)
  await expect.poll(() => texts(rig)).toEqual([`x ${id} again`])
  await expect.poll(() => rig.size).toBe(0)
  expect(rig.lost).toEqual([])
})

test('one that rests keeps nobody waiting', async () => {
  await using rig = folder.open()
  await rig.deploy(flow('if (message.payload === "bad") throw new Error("bad"); return message'))
  for (const text of ['bad', 'x', 'bad', 'y']) rig.broker.send('in', text)
  await expect.poll(() => texts(rig)).toEqual(['x', 'y'])
  await expect.poll(() => rig.broker.open).toEqual([])
  expect(rig.size).toBe(2)
})

test('what cannot be put aside stays in the inbox, and is put aside later', async () => {
  await using rig = folder.open()
  await rig.deploy(flow(fails))
  rig.onLost = () => {
    throw new Error('the disk is full')
  }
  rig.broker.send('in', 'x')
  await rest(rig, 1, 1_000)
  await rest(rig, 2, 10_000)
  await expect.poll(() => failures(rig)).toBe(3)
  await expect.poll(() => rig.clock.planned).toBeGreaterThan(0)
  expect([rig.size, rig.lost.length]).toEqual([1, 0])
  rig.onLost = () => {}
  await rig.clock.advance(60_000)
  await expect.poll(() => [rig.size, rig.lost.length]).toEqual([0, 1])
})

test('a stop gives messages back, and they run again when the flow does', async () => {
  await using rig = folder.open()
  await rig.deploy(flow('await clock.sleep(100_000); return message'))
  rig.broker.send('in', 'x')
  await expect.poll(() => rig.broker.sent).toHaveLength(1)
  await rig.supervisor.stop('a')
  expect(rig.size).toBe(1)
  const id = `k${rig.inbox.firstFree.toString(36)}`
  await rig.deploy(flow(tell))
  await expect.poll(() => rig.clock.planned).toBe(1)
  await rig.clock.advance(100)
  await expect.poll(() => texts(rig)).toEqual([`x ${id} again`])
  expect(failures(rig)).toBe(0)
})

test('a node that is replaced gives its message back, which then takes the new way', async () => {
  await using rig = folder.open()
  await rig.deploy(flow('await clock.sleep(100_000); return message'))
  rig.broker.send('in', 'x')
  await expect.poll(() => rig.size).toBe(1)
  await rig.deploy(flow(tell))
  await expect.poll(() => rig.clock.planned).toBe(1)
  await rig.clock.advance(100)
  await expect.poll(() => texts(rig)).toEqual([expect.stringMatching(/^x k\w+ again$/)])
  expect(rig.lost).toEqual([])
})

test('what a person does not want any more is discarded, and what another node waits for is not', async () => {
  await using rig = folder.open()
  await rig.deploy(flow(fails))
  rig.broker.send('in', 'x')
  await expect.poll(() => rig.clock.planned).toBe(1)
  expect(rig.kept.discard('b')).toBe(0)
  expect(rig.kept.discard('a', new Set(['in']))).toBe(0)
  expect(rig.kept.discard('a', new Set(['function']))).toBe(1)
  expect([rig.size, rig.clock.planned]).toEqual([0, 0])
})

test('the next house goes on with the tries of the last, under the same id', async () => {
  let id: string
  {
    await using rig = folder.open()
    id = `k${rig.inbox.firstFree.toString(36)}`
    await rig.deploy(flow(fails))
    rig.broker.send('in', 'x')
    await rest(rig, 1, 1_000)
    await expect.poll(() => failures(rig)).toBe(2)
  }
  await using rig = folder.open()
  await rig.deploy(flow(`await clock.sleep(1); throw new Error(message.id + message.repeated)`))
  await expect.poll(() => rig.lost).toMatchObject([{ id, attempts: 3 }])
  expect(String(rig.lost[0]?.error)).toContain(`${id}true`)
})

test('a message at which a thread was stuck three times is put aside, and its flow runs on', async () => {
  await using rig = folder.open({ stuckMs: 300 })
  await rig.deploy(flow('if (message.payload === "bad") while (true); return message'))
  rig.broker.send('in', 'bad')
  for (const [strike, ms] of [1_000, 10_000, 0].entries()) {
    await expect.poll(() => rig.supervisor.restarts).toBe(strike + 1)
    if (ms > 0) await expect.poll(() => rig.clock.planned).toBe(1)
    await rig.clock.advance(ms)
  }
  await expect.poll(() => rig.lost).toMatchObject([{ attempts: 3, error: { code: 'FUNCTION_STUCK' } }])
  rig.broker.send('in', 'good')
  await expect.poll(() => texts(rig)).toEqual(['good'])
  expect(rig.quarantined).toEqual([])
})

test('one at which a thread was stuck after an await is put aside, too', async () => {
  await using rig = folder.open({ stuckMs: 300 })
  await rig.deploy(flow('await clock.sleep(1); if (message.payload === "bad") while (true); return message'))
  rig.broker.send('in', 'bad')
  await expect
    .poll(
      async () => {
        await rig.clock.advance(1_000)
        return rig.lost
      },
      { timeout: 20_000 },
    )
    .toHaveLength(1)
  rig.broker.send('in', 'good')
  await expect.poll(() => texts(rig)).toEqual(['good'])
  expect(rig.quarantined).toEqual([])
}, 30_000)

test('nodes of other kinds keep the name and the mark of a message', async () => {
  await using rig = folder.open()
  const again = 'if (!message.repeated) throw new Error("no"); return { payload: 1 }'
  const nodes = [mqttIn('in'), code(again), node('filter', 'filter', {}), { ...code(tell), id: 'second' }]
  await rig.deploy(chain('a', ...nodes, mqttOut('out')))
  rig.broker.send('in', 'x')
  await rest(rig, 1, 1_000)
  await expect.poll(() => texts(rig)).toEqual([expect.stringMatching(/^1 k\w+ again$/)])
})

test('functions in the sandbox keep them, too', async () => {
  await using rig = folder.open()
  await rig.deploy(flow(`if (!message.repeated) throw new Error("no"); ${tell}`), false)
  rig.broker.send('in', 'x')
  await rest(rig, 1, 1_000)
  await expect.poll(() => texts(rig)).toEqual([expect.stringMatching(/^x k\w+ again$/)])
})
