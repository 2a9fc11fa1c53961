import { isDeepStrictEqual } from 'node:util'
import doorAlarm from '#flows/examples/door-alarm.json' with { type: 'json' }
import doorEscalation from '#flows/examples/door-escalation.json' with { type: 'json' }
import kitchenLog from '#flows/examples/kitchen-log.json' with { type: 'json' }
import lightRule from '#flows/examples/light-rule.json' with { type: 'json' }
import weatherStation from '#flows/examples/weather-station.json' with { type: 'json' }
import { type Flow, flowSchema } from '#flows/flow.ts'
import awayFromHome from '#flows/templates/away-from-home.json' with { type: 'json' }
import doorWatch from '#flows/templates/door-watch.json' with { type: 'json' }
import energyMeter from '#flows/templates/energy-meter.json' with { type: 'json' }
import heating from '#flows/templates/heating.json' with { type: 'json' }
import httpToMqtt from '#flows/templates/http-to-mqtt.json' with { type: 'json' }
import kitchenScale from '#flows/templates/kitchen-scale.json' with { type: 'json' }
import motionLight from '#flows/templates/motion-light.json' with { type: 'json' }
import offlineWatch from '#flows/templates/offline-watch.json' with { type: 'json' }
import roomLights from '#flows/templates/room-lights.json' with { type: 'json' }
import secondBroker from '#flows/templates/second-broker.json' with { type: 'json' }
import tinkerforgeSensors from '#flows/templates/tinkerforge-sensors.json' with { type: 'json' }
import waterLeak from '#flows/templates/water-leak.json' with { type: 'json' }
import weatherDashboard from '#flows/templates/weather-dashboard.json' with { type: 'json' }

/** The flows that come with Wirehouse, as they were built into it. */
export const shippedExamples: readonly Flow[] = [
  doorAlarm,
  doorEscalation,
  kitchenLog,
  lightRule,
  weatherStation,
  awayFromHome,
  doorWatch,
  energyMeter,
  heating,
  httpToMqtt,
  kitchenScale,
  motionLight,
  offlineWatch,
  roomLights,
  secondBroker,
  tinkerforgeSensors,
  waterLeak,
  weatherDashboard,
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
