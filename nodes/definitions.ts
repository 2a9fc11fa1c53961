import type { ConnectionDefinition } from '#kit/define-connection.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import { alarm } from '#nodes/alarm/definition.ts'
import { brickd } from '#nodes/connections/brickd/definition.ts'
import { mqttBroker } from '#nodes/connections/mqtt/definition.ts'
import { ntfy as ntfyServer } from '#nodes/connections/ntfy/definition.ts'
import { smtp } from '#nodes/connections/smtp/definition.ts'
import { telegramBot } from '#nodes/connections/telegram-bot/definition.ts'
import { webPush as browsersOfHouse } from '#nodes/connections/web-push/definition.ts'
import { webhook as webhookConnection } from '#nodes/connections/webhook/definition.ts'
import { deadMan } from '#nodes/dead-man/definition.ts'
import { debounce } from '#nodes/debounce/definition.ts'
import { debug } from '#nodes/debug/definition.ts'
import { delay } from '#nodes/delay/definition.ts'
import { email } from '#nodes/email/definition.ts'
import { filter } from '#nodes/filter/definition.ts'
import { functionNode } from '#nodes/function/definition.ts'
import { heartbeat } from '#nodes/heartbeat/definition.ts'
import { inject } from '#nodes/inject/definition.ts'
import { mqttIn } from '#nodes/mqtt-in/definition.ts'
import { mqttOut } from '#nodes/mqtt-out/definition.ts'
import { ntfy } from '#nodes/ntfy/definition.ts'
import { onError } from '#nodes/on-error/definition.ts'
import { quietHours } from '#nodes/quiet-hours/definition.ts'
import { simulatedSensor } from '#nodes/simulated-sensor/definition.ts'
import { subflow } from '#nodes/subflow/definition.ts'
import { subflowInput } from '#nodes/subflow-input/definition.ts'
import { subflowOutput } from '#nodes/subflow-output/definition.ts'
import { switchNode } from '#nodes/switch/definition.ts'
import { telegramNotify } from '#nodes/telegram-notify/definition.ts'
import { template } from '#nodes/template/definition.ts'
import { timeseriesWrite } from '#nodes/timeseries-write/definition.ts'
import { tinkerforgeDevice } from '#nodes/tinkerforge-device/definition.ts'
import { webPush } from '#nodes/web-push/definition.ts'
import { webhook } from '#nodes/webhook/definition.ts'

/** Every node type, one line each, in the order of the palette. */
export const nodeDefinitions: readonly AnyNodeDefinition[] = [
  inject,
  heartbeat,
  mqttIn,
  simulatedSensor,
  onError,
  functionNode,
  template,
  filter,
  switchNode,
  debounce,
  delay,
  quietHours,
  deadMan,
  timeseriesWrite,
  mqttOut,
  debug,
  alarm,
  telegramNotify,
  email,
  ntfy,
  webPush,
  webhook,
  tinkerforgeDevice,
  subflow,
  subflowInput,
  subflowOutput,
]

// biome-ignore lint/suspicious/noExplicitAny: a list of connection types has no common config
export const connectionDefinitions: readonly ConnectionDefinition<any, any>[] = [
  mqttBroker,
  telegramBot,
  smtp,
  ntfyServer,
  webhookConnection,
  browsersOfHouse,
  brickd,
]
