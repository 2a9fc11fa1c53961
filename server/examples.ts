import { isDeepStrictEqual } from 'node:util'
import doorAlarm from '#flows/examples/door-alarm.json' with { type: 'json' }
import doorEscalation from '#flows/examples/door-escalation.json' with { type: 'json' }
import kitchenLog from '#flows/examples/kitchen-log.json' with { type: 'json' }
import lightRule from '#flows/examples/light-rule.json' with { type: 'json' }
import weatherStation from '#flows/examples/weather-station.json' with { type: 'json' }
import { type Flow, flowSchema } from '#flows/flow.ts'
import doorAlarmInGerman from '#flows/german-examples/door-alarm.json' with { type: 'json' }
import doorEscalationInGerman from '#flows/german-examples/door-escalation.json' with { type: 'json' }
import kitchenLogInGerman from '#flows/german-examples/kitchen-log.json' with { type: 'json' }
import lightRuleInGerman from '#flows/german-examples/light-rule.json' with { type: 'json' }
import weatherStationInGerman from '#flows/german-examples/weather-station.json' with { type: 'json' }
import awayFromHomeInGerman from '#flows/german-templates/away-from-home.json' with { type: 'json' }
import doorWatchInGerman from '#flows/german-templates/door-watch.json' with { type: 'json' }
import energyMeterInGerman from '#flows/german-templates/energy-meter.json' with { type: 'json' }
import heatingInGerman from '#flows/german-templates/heating.json' with { type: 'json' }
import httpToMqttInGerman from '#flows/german-templates/http-to-mqtt.json' with { type: 'json' }
import kitchenScaleInGerman from '#flows/german-templates/kitchen-scale.json' with { type: 'json' }
import motionLightInGerman from '#flows/german-templates/motion-light.json' with { type: 'json' }
import offlineWatchInGerman from '#flows/german-templates/offline-watch.json' with { type: 'json' }
import roomLightsInGerman from '#flows/german-templates/room-lights.json' with { type: 'json' }
import secondBrokerInGerman from '#flows/german-templates/second-broker.json' with { type: 'json' }
import tinkerforgeSensorsInGerman from '#flows/german-templates/tinkerforge-sensors.json' with {
  type: 'json',
}
import waterLeakInGerman from '#flows/german-templates/water-leak.json' with { type: 'json' }
import weatherDashboardInGerman from '#flows/german-templates/weather-dashboard.json' with { type: 'json' }
import { inWords, templateWordsSchema } from '#flows/template-words.ts'
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

/** What they say in German, by their ids. */
const germanWords: Readonly<Record<string, unknown>> = {
  'door-alarm': doorAlarmInGerman,
  'door-escalation': doorEscalationInGerman,
  'kitchen-log': kitchenLogInGerman,
  'light-rule': lightRuleInGerman,
  'weather-station': weatherStationInGerman,
  'away-from-home': awayFromHomeInGerman,
  'door-watch': doorWatchInGerman,
  'energy-meter': energyMeterInGerman,
  heating: heatingInGerman,
  'http-to-mqtt': httpToMqttInGerman,
  'kitchen-scale': kitchenScaleInGerman,
  'motion-light': motionLightInGerman,
  'offline-watch': offlineWatchInGerman,
  'room-lights': roomLightsInGerman,
  'second-broker': secondBrokerInGerman,
  'tinkerforge-sensors': tinkerforgeSensorsInGerman,
  'water-leak': waterLeakInGerman,
  'weather-dashboard': weatherDashboardInGerman,
}

/** An example as the gallery offers it, in each language. */
const asOffered = (example: Flow): readonly Flow[] => [
  example,
  inWords(example, templateWordsSchema.parse(germanWords[example.id])),
]

/**
 * Whether a flow is one of ours in one of our languages, to the last field: only its name and description may differ, which the
 * gallery translates. What a file says of itself does not count.
 */
export function isShippedExample(flow: Flow): boolean {
  const example = shippedExamples.find(({ id }) => id === flow.id)
  if (!example) return false
  const { name, description } = example
  const asked = plain({ ...flow, name, description })
  return asOffered(example).some((offered) => isDeepStrictEqual(asked, plain(offered)))
}

/** As it stands in a file: without members that are `undefined`, and whatever made its objects. */
const plain = (flow: Flow): unknown => JSON.parse(JSON.stringify(flow))
