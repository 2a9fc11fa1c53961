import type { ImportNote } from '../import-notes.ts'
import { note, plain, type Translator } from '../translation.ts'
import { change } from './change.ts'
import { functionBody } from './function.ts'
import { inject } from './inject.ts'
import { mqttIn, mqttOut } from './mqtt.ts'
import { catchErrors, debug, json, range, template } from './small-nodes.ts'
import { switchNode } from './switch.ts'
import { delay, filter, trigger } from './timing.ts'

/** How each type of Node-RED's is carried over. Types that are missing become placeholders. */
export const translators: ReadonlyMap<string, Translator> = new Map([
  ['catch', catchErrors],
  ['change', change],
  ['debug', debug],
  ['delay', delay],
  ['function', functionBody],
  ['inject', inject],
  ['json', json],
  ['mqtt in', mqttIn],
  ['mqtt out', mqttOut],
  ['range', range],
  ['rbe', filter],
  ['switch', switchNode],
  ['template', template],
  ['trigger', trigger],
])

/** What to take in the place of a node that has a counterpart, but other settings. */
export function adviceFor(type: string): readonly ImportNote[] {
  const found = advice.find(([pattern]) => pattern.test(type))
  return found ? [note('PLACEHOLDER', found[1], { what: plain(found[1]) })] : []
}

const advice: readonly (readonly [RegExp, string])[] = [
  [/^telegram sender$/, 'Put a Telegram node in its place and choose bot and chat there.'],
  [/^telegram/, 'Wirehouse does not read from Telegram yet. Its settings are kept.'],
  [/^e-mail$/, 'Put an E-mail node in its place and choose the account there.'],
  [/^ntfy/, 'Put a Push by ntfy node in its place and choose server and topic there.'],
  [/^(pushover|pushbullet)/, 'Put a Push by ntfy or a Telegram node in its place to be told on the phone.'],
  [/^(influxdb|influxdb out|influxdb batch)$/, 'Put a Write series node in its place.'],
  [/^ui[-_]/, 'Dashboards are not carried over. Its settings are kept.'],
  [
    /^(link in|link out|link call)$/,
    'It is wired to another tab. Send through an MQTT topic, or draw both in one flow.',
  ],
  [/^subflow:/, 'Its subflow could not be put in its place. Draw its nodes here.'],
  [/^(status|complete)$/, 'Wirehouse has no node for this yet. Its settings are kept.'],
]
