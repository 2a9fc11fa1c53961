import { describe, expect, it } from 'vitest'
import { DeployError } from '#server/engine/deploy-error.ts'
import { type HostileBody, type HostileKind, hostileBodies } from '#server/user-code/hostile-bodies.ts'
import { chain, code, hostsRig, mqttIn, mqttOut } from './hosts-rig.ts'

type House = ReturnType<typeof hostsRig>

const patience = { timeout: 20_000 }
const MB = 1024 * 1024

/** Of each kind so many, spread over the list. */
const chosen: readonly HostileBody[] = (
  [
    ['loop', 12],
    ['memory', 10],
    ['rejection', 7],
    ['throw', 6],
  ] as const
).flatMap(([kind, count]) => spread(kind, count))

function spread(kind: HostileKind, count: number): readonly HostileBody[] {
  const all = hostileBodies.filter((body) => body.kind === kind)
  return all.filter(
    (_, index) => Math.floor((index * count) / all.length) !== Math.floor(((index - 1) * count) / all.length),
  )
}

/** One flow that means well, in the thread in which the others are placed. */
async function house(stuckMs = 400): Promise<House> {
  const rig = hostsRig({ stuckMs })
  await rig.deploy(chain('good', mqttIn('good/in'), code('return message'), mqttOut('good/out')))
  return rig
}

/** Deploys the function, sends it a message, and takes it away once that has settled. */
async function suffer(rig: House, body: HostileBody, id: string, isTrusted: boolean): Promise<void> {
  const fn = code(body.code, { setup: body.setup ?? '', timeoutMs: 500 })
  try {
    await rig.deploy(chain(id, mqttIn(`${id}/in`), fn, mqttOut(`${id}/out`)), isTrusted)
  } catch (error) {
    expect(error).toBeInstanceOf(DeployError)
    return
  }
  await expect.poll(() => rig.broker.send(`${id}/in`, '1').length, patience).toBeGreaterThan(0)
  const ofBody = () => rig.broker.open.filter(({ packet }) => packet.topic === `${id}/in`).length
  await expect.poll(ofBody, { ...patience, message: `"${body.name}" settles` }).toBe(0)
  await rig.supervisor.stop(id)
}

async function goesOn({ broker }: House, text: string): Promise<void> {
  broker.send('good/in', JSON.stringify(text))
  await expect.poll(() => broker.textsOn('good/out'), patience).toContain(text)
}

describe('what a trusted function does to the house', { timeout: 600_000 }, () => {
  it(`is contained: ${chosen.length} bodies, one after another`, async () => {
    await using rig = await house()
    const before = process.memoryUsage.rss()
    let peak = 0
    const watching = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss() - before)
    }, 20)
    for (const [index, body] of chosen.entries()) {
      await suffer(rig, body, `h${index}`, true)
      await goesOn(rig, body.name)
    }
    clearInterval(watching)
    // what one run may add before the watchdog looks, and more until it has been ended
    expect(peak / MB).toBeLessThan(1_000)
    expect(rig.quarantined).not.toContain('good')
    expect(rig.failures('good')).toEqual([])
  })
})

describe('what a sandboxed function does to the house', { timeout: 600_000 }, () => {
  it(`never keeps the core waiting: ${chosen.length} bodies, one after another`, async () => {
    await using rig = await house(10_000)
    const longest = await longestTurn(async () => {
      for (const [index, body] of chosen.entries()) {
        await suffer(rig, body, `h${index}`, false)
        await goesOn(rig, body.name)
      }
    })
    expect(longest).toBeLessThan(50)
    expect(rig.logs.filter((text) => text.includes('has ended'))).toEqual([])
    expect(rig.supervisor.restarts).toBe(0)
    expect(rig.failures('good')).toEqual([])
  })

  it('in one long step of the engine is named and ended by the watchdog', async () => {
    await using rig = await house()
    const power = code('if (message.payload === "bad") String(3n ** 640_000n); return message')
    await rig.deploy(chain('power', mqttIn('power/in'), power, mqttOut('power/out')), false)
    const [bad] = rig.broker.send('power/in', '"bad"')
    await expect.poll(() => rig.failures('power'), patience).toContain('function FUNCTION_STUCK')
    await expect.poll(() => bad?.settled, patience).toBe(1)
    expect(rig.logs.join('\n')).toContain('the node "function" of the flow "power"')
    await goesOn(rig, 'after')
    rig.broker.send('power/in', '"fine"')
    await expect.poll(() => rig.broker.textsOn('power/out'), patience).toEqual(['fine'])
    expect(rig.supervisor.restarts).toBe(1)
  })
})

/**
 * The longest that this thread has worked meanwhile before it turned to its timers, in milliseconds. What
 * others on the machine take from it does not count.
 */
async function longestTurn(meanwhile: () => Promise<unknown>): Promise<number> {
  const worked = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1_000
  }
  let longest = 0
  let last = worked()
  const turns = setInterval(() => {
    const now = worked()
    longest = Math.max(longest, now - last)
    last = now
  }, 1)
  await meanwhile()
  clearInterval(turns)
  return longest
}
