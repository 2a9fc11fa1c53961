import type { AnyConnectionRuntime } from '#kit/runtime/implement-connection.ts'
import type { AnyNodeRuntime } from '#kit/runtime/implement-node.ts'
import { alarmRuntime } from '#nodes/alarm/runtime.ts'
import { brickdRuntime } from '#nodes/connections/brickd/runtime.ts'
import { mqttBrokerRuntime } from '#nodes/connections/mqtt/runtime.ts'
import { ntfyRuntime as ntfyServerRuntime } from '#nodes/connections/ntfy/runtime.ts'
import { smtpRuntime } from '#nodes/connections/smtp/runtime.ts'
import { telegramBotRuntime } from '#nodes/connections/telegram-bot/runtime.ts'
import { webPushRuntime as browsersOfHouseRuntime } from '#nodes/connections/web-push/runtime.ts'
import { webhookRuntime as webhookConnectionRuntime } from '#nodes/connections/webhook/runtime.ts'
import { deadManRuntime } from '#nodes/dead-man/runtime.ts'
import { debounceRuntime } from '#nodes/debounce/runtime.ts'
import { debugRuntime } from '#nodes/debug/runtime.ts'
import { delayRuntime } from '#nodes/delay/runtime.ts'
import { emailRuntime } from '#nodes/email/runtime.ts'
import { filterRuntime } from '#nodes/filter/runtime.ts'
import { functionRuntime } from '#nodes/function/runtime.ts'
import { heartbeatRuntime } from '#nodes/heartbeat/runtime.ts'
import { injectRuntime } from '#nodes/inject/runtime.ts'
import { mqttInRuntime } from '#nodes/mqtt-in/runtime.ts'
import { mqttOutRuntime } from '#nodes/mqtt-out/runtime.ts'
import { ntfyRuntime } from '#nodes/ntfy/runtime.ts'
import { onErrorRuntime } from '#nodes/on-error/runtime.ts'
import { quietHoursRuntime } from '#nodes/quiet-hours/runtime.ts'
import { simulatedSensorRuntime } from '#nodes/simulated-sensor/runtime.ts'
import { subflowRuntime } from '#nodes/subflow/runtime.ts'
import { subflowInputRuntime } from '#nodes/subflow-input/runtime.ts'
import { subflowOutputRuntime } from '#nodes/subflow-output/runtime.ts'
import { switchRuntime } from '#nodes/switch/runtime.ts'
import { telegramNotifyRuntime } from '#nodes/telegram-notify/runtime.ts'
import { templateRuntime } from '#nodes/template/runtime.ts'
import { timeseriesWriteRuntime } from '#nodes/timeseries-write/runtime.ts'
import { tinkerforgeDeviceRuntime } from '#nodes/tinkerforge-device/runtime.ts'
import { webPushRuntime } from '#nodes/web-push/runtime.ts'
import { webhookRuntime } from '#nodes/webhook/runtime.ts'

/** The behaviour of every node type, one line each. */
export const nodeRuntimes: readonly AnyNodeRuntime[] = [
  injectRuntime,
  heartbeatRuntime,
  mqttInRuntime,
  simulatedSensorRuntime,
  onErrorRuntime,
  functionRuntime,
  templateRuntime,
  filterRuntime,
  switchRuntime,
  debounceRuntime,
  delayRuntime,
  quietHoursRuntime,
  deadManRuntime,
  timeseriesWriteRuntime,
  mqttOutRuntime,
  debugRuntime,
  alarmRuntime,
  telegramNotifyRuntime,
  emailRuntime,
  ntfyRuntime,
  webPushRuntime,
  webhookRuntime,
  tinkerforgeDeviceRuntime,
  subflowRuntime,
  subflowInputRuntime,
  subflowOutputRuntime,
]

export const connectionRuntimes: readonly AnyConnectionRuntime[] = [
  mqttBrokerRuntime,
  telegramBotRuntime,
  smtpRuntime,
  ntfyServerRuntime,
  webhookConnectionRuntime,
  browsersOfHouseRuntime,
  brickdRuntime,
]
