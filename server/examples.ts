import { isDeepStrictEqual } from 'node:util'
import doorAlarm from '#flows/examples/door-alarm.json' with { type: 'json' }
import doorEscalation from '#flows/examples/door-escalation.json' with { type: 'json' }
import kitchenLog from '#flows/examples/kitchen-log.json' with { type: 'json' }
import lightRule from '#flows/examples/light-rule.json' with { type: 'json' }
import weatherStation from '#flows/examples/weather-station.json' with { type: 'json' }
import { type Flow, flowSchema } from '#flows/flow.ts'

/** The flows that come with Wirehouse, as they were built into it. */
export const shippedExamples: readonly Flow[] = [
  doorAlarm,
  doorEscalation,
  kitchenLog,
  lightRule,
  weatherStation,
].map((file) => flowSchema.parse(file))

/**
 * Whether a flow is one of ours, to the last field: only its name and description may differ, which the
 * gallery translates. What a file says of itself does not count.
 */
export function isShippedExample(flow: Flow): boolean {
  const example = shippedExamples.find(({ id }) => id === flow.id)
  if (!example) return false
  const { name, description } = example
  return isDeepStrictEqual(plain({ ...flow, name, description }), plain(example))
}

/** As it stands in a file: without members that are `undefined`, and whatever made its objects. */
const plain = (flow: Flow): unknown => JSON.parse(JSON.stringify(flow))
