import { isDeepStrictEqual } from 'node:util'
import type { Flow, FlowTest } from '#flows/flow.ts'
import type { TestDifference, TestFailure, TestResult } from '#flows/test-result.ts'
import type { Message } from '#kit/message.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { DeployError } from '#server/engine/deploy-error.ts'
import { portable } from './portable.ts'
import { TrialLimits } from './trial-limits.ts'
import { settlePromises } from './virtual-clock.ts'
import { openVirtualHouse, type VirtualHouse, type VirtualHouseOptions } from './virtual-house.ts'

/** What an answer holds of the messages that came by one port. */
const SHOWN = 100

/** What surrounds the flow of a test. */
export interface TestSurroundings
  extends Omit<VirtualHouseOptions, 'flowObserver' | 'observer'>,
    Partial<ConstructorParameters<typeof TrialLimits>[0]> {}

/** Runs one test of a flow in a house of its own. Never rejects: what keeps it from running is its result. */
export async function runFlowTest(flow: Flow, test: FlowTest, around: TestSurroundings): Promise<TestResult> {
  const limits = new TrialLimits(around)
  const differences = await differencesOf(flow, test, around, limits)
  const { name } = test
  return { name, isPassed: differences.length === 0, tookMs: Math.round(limits.tookMs), differences }
}

async function differencesOf(
  flow: Flow,
  test: FlowTest,
  around: TestSurroundings,
  limits: TrialLimits,
): Promise<readonly TestDifference[]> {
  const failures: TestDifference[] = []
  const places = test.expect.map(({ at }) => placeOf(at))
  const passed = new Map<string, Message[]>(places.map((place) => [place, []]))
  try {
    await using house = await openVirtualHouse(flow, {
      ...around,
      flowObserver: {
        portPassed: (node, port, message) => {
          if (limits.takes()) passed.get(`${node}.${port}`)?.push(message)
        },
      },
      observer: {
        nodeFailed: (_flow, { node, ...why }, isHandled) => {
          if (!isHandled && failures.length < SHOWN)
            failures.push({ kind: 'failure', node, why: sentenceOf(why) })
        },
      },
    })
    planMessages(house, flow.id, test.send)
    await house.clock.advance(test.within, () => limits.goesOn())
    await settlePromises()
  } catch (error) {
    return whyNotRun(error)
  }
  if (limits.exceeded) return [...failures, { kind: 'failure', why: limits.exceeded }]
  return [
    ...failures,
    ...test.expect.flatMap(({ payloads }, index) => compare(places[index], payloads, passed)),
  ]
}

type Sends = FlowTest['send']

/** Has messages arrive at their times, from now on. What comes of them shows where they pass, or fail. */
export function planMessages({ clock, engine }: VirtualHouse, flow: string, send: Sends): void {
  for (const { to, at, payload, topic } of send) {
    const [node = '', port] = to.split('.')
    const draft = { payload, ...(topic !== undefined && { topic }) }
    clock.after(at, () => {
      engine.poke(flow, node, port, draft).catch(() => 'shown where it failed')
    })
  }
}

/** A node alone stands for its only input. */
const placeOf = (at: string): string => (at.includes('.') ? at : `${at}.in`)

function compare(
  place = '',
  expected: readonly unknown[],
  passed: ReadonlyMap<string, readonly Message[]>,
): readonly TestDifference[] {
  const seen = (passed.get(place) ?? []).map(({ payload }) => payload)
  if (isDeepStrictEqual(ownCopy(seen), expected)) return []
  const received = seen.slice(0, SHOWN).map(portable)
  return [{ kind: 'payloads', place, expected, received, receivedCount: seen.length }]
}

/** What a function made has the prototypes of its own context. */
function ownCopy(values: readonly unknown[]): readonly unknown[] {
  try {
    return structuredClone(values)
  } catch {
    return values.map(portable) // one of them holds what cannot be copied, and so is not what a file can expect
  }
}

/** Why a flow could not even start. */
export function whyNotRun(error: unknown): readonly TestFailure[] {
  if (error instanceof DeployError)
    return error.problems.map(({ node, ...why }) => ({
      kind: 'failure',
      ...(node !== undefined && { node }),
      why: sentenceOf(why),
    }))
  throw error
}
