import type { Flow, FlowTest } from '#flows/flow.ts'
import type { Rehearsal, RehearsalFailure, RehearsalStep } from '#flows/rehearsal.ts'
import type { Message } from '#kit/message.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { portable } from './portable.ts'
import { planMessages, type TestSurroundings, whyNotRun } from './run-flow-test.ts'
import { TrialLimits } from './trial-limits.ts'
import { settlePromises } from './virtual-clock.ts'
import { openVirtualHouse } from './virtual-house.ts'

/** What an answer holds of what happened. */
const SHOWN = 1_000

/** Has messages arrive in a flow in a house of its own, and answers all that came of it. Never rejects. */
export async function rehearseFlow(
  flow: Flow,
  { send, within }: Pick<FlowTest, 'send' | 'within'>,
  around: TestSurroundings,
): Promise<Rehearsal> {
  const limits = new TrialLimits(around)
  const steps: RehearsalStep[] = []
  const failures: RehearsalFailure[] = []
  let stepCount = 0
  let at = (): number => 0
  const portPassed = (node: string, port: string, { topic, payload }: Message): void => {
    stepCount += 1
    if (!limits.takes() || steps.length === SHOWN) return
    steps.push({
      ...{ at: at(), node, port },
      ...(topic !== undefined && { topic }),
      payload: portable(payload),
    })
  }
  try {
    await using house = await openVirtualHouse(flow, {
      ...around,
      flowObserver: { portPassed },
      observer: {
        nodeFailed: (_flow, { node, ...why }) => {
          if (failures.length < SHOWN) failures.push({ at: at(), node, why: sentenceOf(why) })
        },
      },
    })
    const began = house.clock.now()
    at = () => house.clock.now() - began
    planMessages(house, flow.id, send)
    await house.clock.advance(within, () => limits.goesOn())
    await settlePromises()
    if (limits.exceeded) failures.push({ at: at(), why: limits.exceeded })
  } catch (error) {
    failures.push(...whyNotRun(error).map(({ kind: _, ...failure }) => ({ at: 0, ...failure })))
  }
  return { steps, stepCount, failures, tookMs: Math.round(limits.tookMs) }
}
