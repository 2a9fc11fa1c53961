import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { count } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Conditions, NewCondition } from '../conditions/conditions.ts'
import { realClock } from '../engine/real-clock.ts'
import { UserError } from '../user-error.ts'
import { type Access, openAccess } from './access.ts'
import { StoredAccess } from './access-store.ts'
import { Alarms } from './alarms.ts'
import { finishRestore, nameOf, restoreNewest } from './backups/restore.ts'
import { StoredBridges } from './bridges.ts'
import { Browsers } from './browsers.ts'
import { Connections } from './connections.ts'
import { lockDataFolder, prepareDataFolder } from './data-folder.ts'
import { DeadLetters } from './dead-letters.ts'
import { DeviceCertificates } from './device-certificates.ts'
import { FlowLog } from './flow-log.ts'
import { Flows } from './flows.ts'
import { HouseChanges } from './house-changes.ts'
import { StoredSettings } from './house-settings.ts'
import { HttpPublishes } from './http-publishes.ts'
import { Imports } from './imports.ts'
import { migrations } from './migrations/migrations.ts'
import { NodeStates } from './node-state.ts'
import { Posts } from './posts.ts'
import { PreSharedKeys } from './pre-shared-keys.ts'
import { type PrepareOptions, prepareDatabase, setAside } from './prepare-database.ts'
import { secrets } from './schema/wirehouse.ts'
import { openSecretBox } from './secret-box.ts'
import { SeriesArchive } from './series.ts'
import type { Store } from './store.ts'
import { Takeovers } from './takeovers.ts'
import { Users } from './users.ts'
import { Writer } from './writer/writer.ts'

/** Where the store says what a person should know; pino's loggers fit. */
export interface StoreLog {
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}

export interface StoreOptions {
  readonly dataDir: string
  readonly clock?: Clock
  readonly log: StoreLog
  /** Nothing can be saved from now on: the server should stop and be started again. */
  readonly onFatal?: (error: Error) => void
  /** Where it is said that a backup had to be put back. */
  readonly conditions?: Pick<Conditions, 'raise'>
  /** The writer of the house. Without it the store has one of its own. */
  readonly writer?: Writer
}

/** History is looked through page by page only while that takes no time that a start can feel. */
const CHECK_TELEMETRY_UP_TO = 64 * 1024 * 1024

/**
 * Opens the data folder, and creates what is missing. Throws a `UserError` for what a person can mend:
 * `DATA_DIR_NOT_WRITABLE`, `DATA_DIR_IN_USE`, `DATABASE_DAMAGED`, `DATABASE_NEWER`, `DATABASE_MIGRATION`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { log, clock = realClock } = options
  const folder = resolve(options.dataDir)
  prepareDataFolder(folder)
  await using opened = new AsyncDisposableStack()
  opened.use(lockDataFolder(folder))

  const wirehouse = join(folder, 'wirehouse.db')
  const telemetry = join(folder, 'telemetry.db')
  finishRestore(wirehouse, clock.now())
  refuseMissing(wirehouse, join(folder, 'secret.key'))
  prepareWirehouse(wirehouse, { ...options, clock })
  prepareTelemetry(telemetry, clock, log)

  const onFatal = (error: Error) => {
    log.error(error.message)
    options.onFatal?.(error)
  }
  const writer = options.writer ?? opened.use(new Writer({ onFatal }))
  writer.open('wirehouse', { file: wirehouse, synchronous: 'FULL' })
  writer.open('telemetry', { file: telemetry, synchronous: 'NORMAL' })
  const core = opened.use(openAccess('wirehouse', wirehouse, writer))
  const history = opened.use(openAccess('telemetry', telemetry, writer))

  const keyFile = join(folder, 'secret.key')
  const { box, isNew, isDamaged } = openSecretBox(keyFile)
  const sealed = core.read.select({ count: count() }).from(secrets).get()?.count ?? 0
  if (isDamaged || (isNew && sealed > 0))
    log.error(
      `The key file ${keyFile} ${isDamaged ? 'is damaged' : 'was missing'}: ${sealed} saved secrets cannot be read. Put a copy of it back, or enter the secrets again.`,
    )

  const onWriteError = (what: string) => (error: Error) => log.error(`${what}: ${error.message}`)
  const changes = { tell: () => {} }
  const watched = telling(core, () => changes.tell())
  const users = opened.use(new Users(watched, clock, onWriteError('Keeping sessions')))
  const series = opened.use(new SeriesArchive(history, clock, onWriteError('Writing the history')))
  const flows = new Flows(watched, clock)
  const connections = new Connections(watched, box)
  const resources = opened.move()
  return {
    flows,
    flowLog: new FlowLog(core),
    houseChanges: new HouseChanges(core, clock),
    connections,
    imports: new Imports(watched, flows, connections),
    users,
    nodeState: new NodeStates(core),
    deadLetters: new DeadLetters(core),
    series,
    outbox: new Posts(core),
    alarms: new Alarms(core),
    onChange(tell) {
      changes.tell = tell
    },
    browsers: new Browsers(watched, box, clock),
    settings: new StoredSettings(watched),
    access: new StoredAccess(watched, clock),
    takeovers: new Takeovers(watched, clock),
    preSharedKeys: new PreSharedKeys(watched, box, clock),
    deviceCertificates: new DeviceCertificates(watched, clock),
    publishes: new HttpPublishes(core, clock),
    bridges: new StoredBridges(watched, clock),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** Tells of every write but those of sessions and client ids, which come with each sign-in. */
const telling = (access: Access, tell: () => void): Access => ({
  ...access,
  async write(...statements) {
    const isOfSignIn = statements.every((statement) =>
      /"(sessions|mqtt_clients)"/.test(('toSQL' in statement ? statement.toSQL() : statement).sql),
    )
    const results = await access.write(...statements)
    if (!isOfSignIn) tell()
    return results
  },
})

/** The key is made after the database: a key alone means that the database is gone, not that the house is new. */
function refuseMissing(database: string, keyFile: string): void {
  if (existsSync(database) || existsSync(`${database}-wal`) || !existsSync(keyFile)) return
  throw new UserError(
    500,
    'DATABASE_MISSING',
    `The database ${database} is gone, though ${keyFile} is there. Put the database back from a backup, or move everything else out of the folder to begin anew.`,
  )
}

type WirehouseOptions = Pick<StoreOptions, 'log' | 'conditions'> & { readonly clock: Clock }

/** A damaged database gives way to its newest sound backup. Without one, nothing starts. */
function prepareWirehouse(file: string, options: WirehouseOptions): void {
  const { clock, log } = options
  const isLogMissing = existsSync(`${file}-shm`) && !existsSync(`${file}-wal`)
  try {
    const { isNew, backup } = prepareDatabase(file, wirehouseAt(clock.now()))
    if (isNew) log.info(`Created the database ${file}.`)
    if (backup) log.info(`Brought ${file} up to date. The one before lies in ${backup}.`)
    if (isLogMissing) tell(options, logMissing(file))
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'DATABASE_DAMAGED') throw error
    if (!restore(file, error, options)) throw error
    prepareDatabase(file, wirehouseAt(clock.now()))
  }
}

const wirehouseAt = (now: number): PrepareOptions => ({
  migrations: migrations.wirehouse,
  now,
  checkUpToBytes: Number.POSITIVE_INFINITY,
})

function restore(file: string, damage: UserError, options: WirehouseOptions): boolean {
  const { clock, log } = options
  const restored = restoreNewest(file, { now: clock.now(), version: migrations.wirehouse.length })
  if (!restored) return false
  log.error(damage.message)
  const at = new Date(restored.backup.at).toISOString()
  tell(options, {
    kind: 'database-restored',
    code: 'HOUSE_DATABASE_RESTORED',
    message: `The database ${file} was damaged. The backup ${nameOf(restored.backup)} of ${at} is in its place: what was changed since then is missing. The damaged one lies in ${restored.aside}. Look at your flows and users, and after the disk or card.`,
    values: { file, at, aside: restored.aside },
  })
  return true
}

/** After a stop SQLite has removed both the log and its index; after a crash both are there. */
const logMissing = (file: string): Loss => ({
  kind: 'database-log-missing',
  code: 'HOUSE_DATABASE_LOG_MISSING',
  message: `The log ${file}-wal is gone, though Wirehouse was not stopped in good order. The last changes before that may be missing: look at your flows and users.`,
  values: { file },
})

type Loss = Omit<NewCondition, 'level' | 'lasts'>

function tell({ log, conditions }: WirehouseOptions, loss: Loss): void {
  if (conditions) conditions.raise({ ...loss, level: 'error', lasts: true })
  else log.error(loss.message)
}

/** History is dear, alarms are dearer: damaged history is put aside, and the house starts. */
function prepareTelemetry(file: string, clock: Clock, log: StoreLog): void {
  const options: PrepareOptions = {
    migrations: migrations.telemetry,
    now: clock.now(),
    checkUpToBytes: CHECK_TELEMETRY_UP_TO,
  }
  try {
    prepareDatabase(file, options)
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'DATABASE_DAMAGED') throw error
    const aside = setAside(file, options.now)
    log.error(
      `The history in ${file} is damaged. It lies in ${aside} now, and a new history begins; flows and alarms are not touched.`,
    )
    prepareDatabase(file, options)
  }
}
