import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCatalogue } from '#flows/catalogue.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes } from '#nodes/runtimes.ts'
import { AccessDesk } from './access/access-desk.ts'
import { bridgeBuilder } from './access/mosquitto/bridge-builder.ts'
import { MosquittoDesk } from './access/mosquitto/mosquitto-desk.ts'
import { tellBridgeState } from './bridges/bridge-topic.ts'
import { Bridges } from './bridges/bridges.ts'
import { createBroker } from './broker/aedes-engine.ts'
import { LIMITS_KEY, limitSettings } from './broker/clients/limit-settings.ts'
import { defaultLimits } from './broker/limits.ts'
import { isLoopback } from './broker/origins.ts'
import { Conditions } from './conditions/conditions.ts'
import { DiskWatch } from './conditions/disk-watch.ts'
import { Recurring } from './conditions/recurring.ts'
import { CrashLoop, writeCrashReports } from './crash-loop.ts'
import { realClock } from './engine/real-clock.ts'
import { tidyAtRest } from './heap-at-rest.ts'
import { ConnectionDesk } from './house/connection-desk.ts'
import { openHouse } from './house/open-house.ts'
import { openInbox } from './inbox/inbox.ts'
import { createLog } from './log.ts'
import { Announcer } from './mdns/announcer.ts'
import { brokerMemoryLost, inboxLost, openOrBeginAnew } from './open-or-begin-anew.ts'
import type { Settings } from './settings.ts'
import { Backups } from './store/backups/backups.ts'
import { openStore } from './store/open-store.ts'
import { Writer } from './store/writer/writer.ts'
import { openHouseTls } from './tls/house-tls.ts'
import { ListenerDesk } from './tls/listener-desk.ts'
import { readListenerSettings } from './tls/listener-settings.ts'
import { readingRights } from './topic-recordings/reading-rights.ts'
import { TopicRecordings } from './topic-recordings/topic-recorded.ts'
import { TopicRecordingDesk } from './topic-recordings/topic-recording-desk.ts'
import { RecordingDesk } from './try/recording-desk.ts'
import { Recordings } from './try/recordings.ts'
import { createWebServer } from './web/create-web-server.ts'
import { ensureOwner, openSetup } from './web/setup.ts'

export interface RunningServer extends AsyncDisposable {
  readonly httpPort: number
  readonly mqttPort: number
  /** None if TLS is off. */
  readonly mqttsPort: number | undefined
  /** Needed for the set-up from another machine; none once an owner exists. */
  readonly setupCode: string | undefined
}

/** The built editor lies beside the bundled server; seen from the sources, in `dist`. */
const editorDir = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/editor' : '../editor', import.meta.url),
)

/** Longer than any broker runs, in milliseconds. */
const NEVER_MS = 1e12

const inboxFull = {
  condition: {
    kind: 'inbox-full',
    level: 'error',
    code: 'HOUSE_INBOX_FULL',
    message:
      'So many messages wait in the inbox for their flows that no more fit. New ones are not acknowledged. See which flow does not take them.',
  },
  over: 'There is room in the inbox again.',
} as const

/** Milliseconds after which a stop no longer waits for what will not end. */
const STOP_LIMIT = 4_000

/**
 * Puts the parts together, from the disk outwards: store, broker, flows, and the doors last, so that
 * nothing comes in before it would be handled. What was opened is closed again if a later step fails.
 */
export async function startServer(settings: Settings): Promise<RunningServer> {
  const clock = realClock
  const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
  const log = createLog(settings.logLevel)
  await using opened = new AsyncDisposableStack()
  const onFatal = (error: Error): void => {
    log.error(error.message)
    process.exitCode = 1 // so that whoever watches over the process starts it again
    process.kill(process.pid, 'SIGTERM')
  }
  const folder = resolve(settings.dataDir)
  const conditions = new Conditions({ folder, clock, log })
  const disk = opened.use(new DiskWatch({ folder, clock, conditions }))
  const writer = opened.use(new Writer({ onFatal, onDiskFull: () => disk.refused() }))
  const store = opened.use(await openStore({ dataDir: folder, clock, log, writer, conditions }))
  const backups = opened.use(new Backups({ dataDir: folder, clock, log, conditions }))
  store.onChange(() => backups.changed())
  writeCrashReports(resolve(settings.dataDir))
  const crashLoop = opened.use(new CrashLoop({ folder: resolve(settings.dataDir), clock, log }))
  if (crashLoop.isLooping)
    log.error(
      'The last starts ended in a crash within a minute. No flow is started now: open the editor, look for the cause, and start them there.',
    )
  await ensureOwner(store.users, settings)
  const setup = await openSetup({ users: store.users, clock, dataDir: settings.dataDir })
  const access = new AccessDesk({
    accounts: store.users,
    store: store.access,
    settings: store.settings,
    clock,
    onError: (error) => log.error({ err: error }, 'A client id could not be kept'),
  })
  const brokerFile = join(folder, 'broker.db')
  const openBroker = () =>
    createBroker({
      database: brokerFile,
      access,
      allowsOrigin: (origin) => readListenerSettings(store.settings).origins.includes(origin),
      log,
      clock,
      writer,
      limits: {
        ...store.settings.read(LIMITS_KEY, limitSettings),
        // with an inbox nothing is acknowledged for mere impatience
        ...(settings.inbox && { acknowledgeWithinMs: NEVER_MS }),
      },
    })
  const broker = opened.use(
    await openOrBeginAnew(openBroker, { file: brokerFile, clock, conditions, loss: brokerMemoryLost }),
  )
  const full = opened.use(new Recurring({ clock, conditions, ...inboxFull }))
  const inboxFile = join(folder, 'inbox.db')
  const inbox = settings.inbox
    ? opened.use(
        await openOrBeginAnew(
          () => openInbox({ path: inboxFile, clock, writer, onFull: () => full.noticed() }),
          {
            file: inboxFile,
            clock,
            conditions,
            loss: inboxLost,
          },
        ),
      )
    : undefined
  const takenBefore = inbox?.takeLately() ?? []
  broker.remember(takenBefore)
  const house = opened.use(
    await openHouse({
      store,
      catalogue,
      connections: connectionRuntimes,
      broker,
      inbox,
      takenBefore,
      hosts: {
        maxHosts: Math.max(1, availableParallelism() - 1),
        heapMb: 192,
        stuckMs: 500,
        settings: {
          endpoints: { telegram: settings.telegramApi },
          libraries: settings.functionLibraries,
          libraryFolder: join(settings.dataDir, 'libraries'),
        },
      },
      clock,
      log,
      holdBack: crashLoop.isLooping,
      onStartAgain: () => crashLoop.begunAgain(),
    }),
  )
  const desk = new ConnectionDesk(store.connections, catalogue)
  const bridges = opened.use(
    new Bridges({
      store: store.bridges,
      settings: store.settings,
      door: broker.bridges,
      connection: (id) => desk.settings(id),
      publishState: (name, isUp) => tellBridgeState(broker.service, name, isUp),
      packetBytes: defaultLimits.packetBytes,
      clock,
      log: (level, text) => log[level](text),
      onChange: () => house.events.emit('bridges:changed'),
    }),
  )
  house.events.on('connections:changed', () => bridges.connectionsChanged())
  conditions.onChange = () => house.events.emit('conditions:changed')
  const { tlsCert: cert, tlsKey: key } = settings
  const tls =
    settings.mqttsPort === 'off'
      ? undefined
      : opened.use(
          await openHouseTls({
            folder: join(folder, 'tls'),
            files: cert !== undefined && key !== undefined ? { cert, key } : undefined,
            clock,
            log,
            conditions,
          }),
        )
  const { preSharedKeys, deviceCertificates, users } = store
  const listeners = new ListenerDesk({
    ...{ broker, tls, preSharedKeys, deviceCertificates, users, clock },
    settings: store.settings,
    host: settings.host,
  })
  const mosquitto = new MosquittoDesk({
    ...{ users, access, settings: store.settings, store: store.takeovers, broker },
    bridges: bridgeBuilder({ bridges, house }),
  })
  const recordings = opened.use(
    new RecordingDesk({ store: new Recordings(join(folder, 'recordings')), house, clock, log }),
  )
  const topicRecordings = opened.use(
    new TopicRecordingDesk({
      ...{ store: new TopicRecordings(join(folder, 'topic-recordings')), broker, clock },
      mayReceive: readingRights(users, access),
    }),
  )
  const web = createWebServer({
    house,
    houseChanges: store.houseChanges,
    users: store.users,
    series: store.series,
    browsers: store.browsers,
    broker,
    access,
    mosquitto,
    listeners,
    publishes: store.publishes,
    settings: store.settings,
    bridges,
    conditions,
    recordings,
    topicRecordings,
    setup,
    clock,
    log,
    editorDir,
  })
  opened.defer(() => web.close())
  const { port: httpPort } = await web.listen({ host: settings.host, port: settings.httpPort })
  const { port: mqttPort } = await broker.listen({ host: settings.host, port: settings.mqttPort })
  const mqttsPort =
    settings.mqttsPort === 'off' ? undefined : (await listeners.openTls(settings.mqttsPort)).port
  const isAnnounced = settings.mdns && !isLoopback(settings.host) && settings.host !== 'localhost'
  if (isAnnounced)
    opened.use(
      new Announcer({
        host: settings.host,
        services: [
          { type: '_http._tcp', port: httpPort },
          { type: '_mqtt._tcp', port: mqttPort },
          ...(mqttsPort === undefined ? [] : [{ type: '_secure-mqtt._tcp', port: mqttsPort }]),
        ],
        clock,
        log,
        onName: (name) => {
          listeners.announcedAs = name
        },
      }),
    )
  listeners.opened({ http: httpPort, mqtt: mqttPort, mqtts: mqttsPort })
  house.isReady = true
  bridges.start()
  const tidying = tidyAtRest(clock)
  opened.defer(() => tidying.cancel())

  const parts = opened.move()
  return {
    httpPort,
    mqttPort,
    mqttsPort,
    setupCode: setup.code,
    async [Symbol.asyncDispose]() {
      house.isReady = false
      crashLoop[Symbol.dispose]() // also if some part does not end in time
      const limit = realClock.after(STOP_LIMIT, () =>
        log.warn('stopping took too long; some parts were left open'),
      )
      await Promise.race([parts.disposeAsync(), limit.done])
      limit.cancel()
    },
  }
}
