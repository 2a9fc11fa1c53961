import { begin as telemetryBegin } from './telemetry/0001-begin.ts'
import { begin as wirehouseBegin } from './wirehouse/0001-begin.ts'
import { trust } from './wirehouse/0002-trust.ts'
import { outbox } from './wirehouse/0003-outbox.ts'
import { deadLetters } from './wirehouse/0004-dead-letters.ts'
import { alarms } from './wirehouse/0005-alarms.ts'
import { browsers } from './wirehouse/0006-browsers.ts'
import { mqtt } from './wirehouse/0007-mqtt.ts'
import { revisionChanges } from './wirehouse/0008-revision-changes.ts'
import { flowChanges } from './wirehouse/0009-flow-changes.ts'
import { revisionTrust } from './wirehouse/0010-revision-trust.ts'
import { houseChanges } from './wirehouse/0011-house-changes.ts'

export type DatabaseName = 'wirehouse' | 'telemetry'

/**
 * What brings each database up to date, in order; the first one makes version 1. Append only: what
 * has been released never changes. Modules instead of `.sql` files, so that a bundled server carries them.
 */
export const migrations: Readonly<Record<DatabaseName, readonly string[]>> = {
  wirehouse: [
    ...[wirehouseBegin, trust, outbox, deadLetters, alarms, browsers, mqtt, revisionChanges],
    ...[flowChanges, revisionTrust, houseChanges],
  ],
  telemetry: [telemetryBegin],
}
