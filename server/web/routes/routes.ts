import type { Handlers } from '../call.ts'
import type { WebServices } from '../web-services.ts'
import { accessRoutes } from './access.ts'
import { alarmRoutes } from './alarms.ts'
import { bridgeRoutes } from './bridges.ts'
import { brokerRoutes } from './broker.ts'
import { browserRoutes } from './browsers.ts'
import { conditionRoutes } from './conditions.ts'
import { connectionRoutes } from './connections.ts'
import { controlRoutes } from './control.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { flowFileRoutes } from './flow-files.ts'
import { flowRoutes } from './flows.ts'
import { healthRoutes } from './health.ts'
import { injectRoutes } from './inject.ts'
import { listenerRoutes } from './listeners.ts'
import { logRoutes } from './log.ts'
import { metricsRoutes } from './metrics.ts'
import { mqttRoutes } from './mqtt.ts'
import { outboxRoutes } from './outbox.ts'
import { recordingRoutes } from './recordings.ts'
import { seriesRoutes } from './series.ts'
import { sessionRoutes } from './session.ts'
import { setupRoutes } from './setup.ts'
import { takeoverRoutes } from './takeover.ts'
import { tokenSettingsRoutes } from './token-settings.ts'
import { tokenRoutes } from './tokens.ts'
import { topicRecordingRoutes } from './topic-recordings.ts'
import { trialRoutes } from './trials.ts'
import { userRoutes } from './users.ts'

/** A handler for every route of the table in `roles.ts`; the compiler misses none. */
export const createHandlers = (services: WebServices): Handlers => ({
  ...healthRoutes(services),
  ...setupRoutes(services),
  ...sessionRoutes(services),
  ...tokenRoutes(services),
  ...userRoutes(services),
  ...flowRoutes(services),
  ...controlRoutes(services),
  ...flowFileRoutes(services),
  ...injectRoutes(services),
  ...trialRoutes(services),
  ...recordingRoutes(services),
  ...topicRecordingRoutes(services),
  ...metricsRoutes(services),
  ...conditionRoutes(services),
  ...connectionRoutes(services),
  ...outboxRoutes(services),
  ...alarmRoutes(services),
  ...deadLetterRoutes(services),
  ...browserRoutes(services),
  ...seriesRoutes(services),
  ...brokerRoutes(services),
  ...mqttRoutes(services),
  ...listenerRoutes(services),
  ...logRoutes(services),
  ...accessRoutes(services),
  ...bridgeRoutes(services),
  ...takeoverRoutes(services),
  ...tokenSettingsRoutes(services),
})
