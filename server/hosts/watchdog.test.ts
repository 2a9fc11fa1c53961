import { expect, test } from 'vitest'
import { chain, code, hostsRig, mqttIn, mqttOut } from './hosts-rig.ts'

type Rig = ReturnType<typeof hostsRig>

/** Passes on what comes, and counts in its state. */
const steady = (id: string) =>
  chain(
    id,
    mqttIn(`${id}/in`),
    code('state.set("n", (state.get("n") ?? 0) + 1); return message'),
    mqttOut(`${id}/out`),
  )

/** Everything was settled once, everything arrived, and twice only what was marked. */
async function allArrive(rig: Rig, id: string, count: number): Promise<void> {
  await expect.poll(() => rig.broker.open.filter(({ packet }) => packet.topic === `${id}/in`).length).toBe(0)
  const texts = rig.broker.textsOn(`${id}/out`)
  expect(new Set(texts).size).toBe(count)
}

const bodies = {
  'a loop': 'if (message.payload === "bad") while (true); return message',
  'a loop of microtasks':
    'if (message.payload === "bad") { const f = () => { Promise.resolve().then(f) }; f() } return message',
  'an async loop': 'if (message.payload === "bad") while (true) await null; return message',
  'a loop after an await':
    'await clock.sleep(5); if (message.payload === "bad") while (true); return message',
  'a loop that emits':
    'if (message.payload === "bad") while (true) try { emit(1, message) } catch {} return message',
  'a regular expression':
    'if (message.payload === "bad") /^(a+)+$/.test("a".repeat(60) + "b"); return message',
  'a loop in a timer':
    'if (message.payload === "bad") clock.after(5, () => { while (true); }); return message',
}

test('ends a loop in what a function has left behind, though nobody can say whose it is', async () => {
  await using rig = hostsRig()
  await rig.deploy(steady('good'))
  const forever = '{ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) }'
  const body = `if (message.payload === "bad") Array["from" + "Async"](${forever}); return message`
  await rig.deploy(chain('culprit', mqttIn('culprit/in'), code(body), mqttOut('culprit/out')))
  await expect.poll(() => rig.broker.subscriptions).toBe(2)
  rig.broker.send('culprit/in', 'bad')
  rig.broker.send('good/in', '1')
  await expect.poll(() => rig.broker.open).toEqual([])
  rig.broker.send('good/in', '2')
  await expect.poll(() => rig.broker.textsOn('good/out')).toContain('2')
  expect(rig.supervisor.restarts).toBeGreaterThan(0)
  expect(rig.quarantined).toEqual([])
})

for (const [name, body] of Object.entries(bodies))
  test(`ends ${name}, and loses nothing of the others`, async () => {
    await using rig = hostsRig()
    await rig.deploy(steady('good'))
    await rig.deploy(chain('culprit', mqttIn('culprit/in'), code(body), mqttOut('culprit/out')))
    await expect.poll(() => rig.broker.subscriptions).toBe(2)
    let sent = 0
    const burst = (): void => {
      for (let index = 0; index < 50; index++) rig.broker.send('good/in', String(++sent))
    }
    burst()
    const [bad] = rig.broker.send('culprit/in', 'bad')
    burst()
    await expect.poll(() => rig.failures('culprit')).toContain('function FUNCTION_STUCK')
    burst()
    await allArrive(rig, 'good', sent)
    await expect.poll(() => bad?.settled).toBe(1)
    expect(rig.supervisor.restarts).toBe(name === 'a loop after an await' ? 2 : 1)
    expect(rig.supervisor.statuses('culprit').get('function')).toMatchObject({ code: 'FUNCTION_STUCK' })
    expect(rig.logs.join('\n')).toContain('the node "function" of the flow "culprit"')
    rig.broker.send('culprit/in', 'fine')
    await expect.poll(() => rig.broker.textsOn('culprit/out')).toContain('fine')
    await rig.state.flush()
    expect(rig.state.load('good', 'function')['n']).toBe(sent)
  })
