import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { idPattern } from '#flows/flow.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { House, HouseEvents } from '#server/house/house.ts'
import type { Subject } from '../access/access-control.ts'
import { preview } from '../engine/preview.ts'
import type { Log } from '../log.ts'
import { TopicDesk } from '../topics/topic-desk.ts'
import { UserError } from '../user-error.ts'
import { type Identity, identify } from './identify.ts'
import { serveHolder } from './live-control.ts'
import { LiveDrafts } from './live-drafts.ts'
import { serveTopics } from './live-topics.ts'
import { isKnownHost, isOwnOrigin } from './origin.ts'
import { holderRoles, liveRoles } from './roles.ts'
import type { WebServices } from './web-services.ts'

/** Where socket.io answers, as its clients expect. */
export const LIVE_PATH = '/socket.io/'

/** The live channel: what happens in the house, to the browsers and programs that watch. */
export interface Live {
  /** Ends the sockets of a session or token. */
  signOut(secret: string): void
  /** Ends the sockets of everybody who may not listen any more. */
  recheck(): void
  close(): void
}

/** Packets that may wait for a slow client before it loses what is shown only in passing … */
const SHED_AT = 200
/** … and before it is cut off; it comes back by itself and reads anew. */
const CUT_AT = 20_000
/** Debug messages that one client gets in a second, and log lines. */
const SHOWN_PER_SECOND = 200
const STATUS_EVERY_MS = 50
const RECHECK_EVERY_MS = 60_000
const MAX_WATCHED = 50

interface Client {
  readonly socket: Socket
  readonly identity: Identity
  /** Packets that wait for the client to take those before. */
  backlog: number
  /** Within this second, by the name of the event. */
  shown: Partial<Record<Shown, number>>
  /** Events that were left out since it was last told. */
  dropped: number
}

/**
 * Starts socket.io on the server's port. All clients get `flow:*`, `connections:changed` and `alarms:changed`. Events of nodes and wires
 * go to those that sent `watch` with the flow's id, until they send `unwatch`; it is acknowledged with the statuses of
 * its nodes or with `{code, message}`, and without an acknowledgement the statuses come as `node:status`. What has failed
 * at its nodes since it was deployed comes as `node:errors`, and how it is steered as `flow:control`.
 *
 * A client that cannot keep up, or gets more than 200 messages to show in a second, misses some and is told how many by
 * `live:dropped`; of a node's statuses and errors it always gets the last. One that stops reading altogether is cut off.
 * What the broker carries comes as `serveTopics` says, what people draw as `LiveDrafts` says.
 */
export function createLive(
  server: HttpServer,
  {
    house,
    users,
    broker,
    access,
    setup,
    clock,
    log,
  }: Pick<WebServices, 'house' | 'users' | 'broker' | 'access' | 'setup' | 'clock' | 'log'>,
): Live {
  const io = new Server(server, {
    path: LIVE_PATH,
    serveClient: false,
    maxHttpBufferSize: 1_000_000,
    destroyUpgrade: false,
    cors: { origin: false },
    allowRequest: (request, answer) => answer(null, mayListen(request) !== undefined),
  })
  const clients = new Map<string, Client>()
  const topics = new TopicDesk({ broker, clock })
  const drafts = new LiveDrafts({ house, clock, log })
  access.onChange(() => topics.recheck())

  const mayListen = (request: IncomingMessage): Identity | undefined => {
    if (setup.isNeeded() || !isKnownHost(request.headers.host) || !isOwnOrigin(request)) return undefined
    try {
      const identity = identify(request, users)
      return identity && liveRoles.includes(identity.user.role) ? identity : undefined
    } catch (error) {
      log.error({ err: error }, 'A live client could not be checked')
      return undefined
    }
  }

  io.on('connection', (socket) => {
    const identity = mayListen(socket.request)
    if (!identity) return void socket.disconnect(true)
    const client: Client = { socket, identity, backlog: 0, shown: {}, dropped: 0 }
    clients.set(socket.id, client)
    socket.conn.on('packetCreate', () => client.backlog++)
    socket.conn.on('flush', () => {
      client.backlog = 0
    })
    socket.on('disconnect', () => clients.delete(socket.id))
    const reader: Subject = { user: identity.user.name, role: identity.user.role, clientId: '' }
    serveTopics(topics, {
      socket,
      mayReceive: (topic) => access.decide(reader, 'receive', topic).allowed,
      get isReady() {
        return client.backlog === 0
      },
    })
    serveHolder({
      socket,
      by: identity.user.name,
      mayHold: () => holderRoles.some((role) => role === mayListen(socket.request)?.user.role),
      controls: house.controls,
      clock,
    })
    drafts.serve({
      socket,
      user: identity.user.name,
      mayListen: () => mayListen(socket.request) !== undefined,
      send: (name, event) => send(client, name, event),
    })
    socket.on('watch', (flow: unknown, ack: unknown) => {
      if (!mayListen(socket.request)) return void socket.disconnect(true)
      const answer = watch(house, log, socket, flow)
      if (typeof ack === 'function') ack(answer)
      else if (Array.isArray(answer)) for (const status of answer) socket.emit('node:status', status)
      if (Array.isArray(answer) && typeof flow === 'string') tellMore(house, socket, flow)
    })
    socket.on('unwatch', (flow: unknown) => typeof flow === 'string' && socket.leave(roomOf(flow)))
  })

  const watchers = (flow: string): Client[] =>
    [...(io.sockets.adapter.rooms.get(roomOf(flow)) ?? [])].flatMap((id) => clients.get(id) ?? [])

  const recheck = (): void => {
    for (const { socket } of clients.values()) if (!mayListen(socket.request)) socket.disconnect(true)
  }

  const stopLooking = reportRooms(io, house)
  const stopForwarding = forward(house, () => [...clients.values()], watchers)
  const steering = ({ flow, ...view }: HouseEvents['flow:control'][0]): void => {
    for (const client of watchers(flow)) send(client, 'flow:control', { flow, ...view })
  }
  house.events.on('flow:control', steering)
  const newest = (['node:status', 'node:errors'] as const).map((name) =>
    collectNewest(name, { house, clock, watchers }),
  )
  const timers = [
    clock.every(1_000, () => tellDropped(clients.values())),
    clock.every(RECHECK_EVERY_MS, recheck),
  ]

  return {
    recheck,
    signOut(secret) {
      for (const { socket, identity } of clients.values())
        if (identity.secret === secret) socket.disconnect(true)
    },
    close() {
      for (const timer of timers) timer.cancel()
      stopLooking()
      stopForwarding()
      house.events.off('flow:control', steering)
      for (const { stop } of newest) stop()
      topics[Symbol.dispose]()
      drafts.close()
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}

const ROOM = 'flow:'
const roomOf = (flow: string): string => ROOM + flow

/** Has the house report the wires of every flow that somebody watches; answers how to stop. */
function reportRooms(io: Server, house: House): () => void {
  const reports = new Map<string, Disposable>()
  const end = (room: string): void => {
    reports.get(room)?.[Symbol.dispose]()
    reports.delete(room)
  }
  io.sockets.adapter.on('create-room', (room: string) => {
    if (room.startsWith(ROOM)) reports.set(room, house.watch(room.slice(ROOM.length)))
  })
  io.sockets.adapter.on('delete-room', end)
  return () => {
    for (const room of reports.keys()) end(room)
  }
}

function watch(house: House, log: Log, socket: Socket, flow: unknown): unknown {
  if (typeof flow !== 'string' || !idPattern.test(flow))
    return { code: 'FLOW_ID', message: 'To watch a flow, send its id.' }
  if (socket.rooms.size > MAX_WATCHED)
    return { code: 'WATCH_TOO_MANY', message: `At most ${MAX_WATCHED} flows can be watched at once.` }
  try {
    const statuses = house.nodeStatuses(flow)
    void socket.join(roomOf(flow))
    return statuses
  } catch (error) {
    if (error instanceof UserError) return error.answer
    log.error({ err: error, flow }, 'A flow could not be watched')
    return { code: 'INTERNAL', message: 'The flow cannot be watched. The log of Wirehouse says why.' }
  }
}

/** What else there is to know of a flow. */
function tellMore(house: House, socket: Socket, flow: string): void {
  for (const errors of house.nodeErrors(flow)) socket.emit('node:errors', errors)
  socket.emit('flow:control', house.controls.view(flow))
}

const toAll = [
  'flow:deployed',
  'flow:stopped',
  'flow:saved',
  'flow:deleted',
  'flow:trusted',
  'flow:quarantined',
  'flows:held-back',
  'flow:replay',
  'recordings:changed',
  'connections:changed',
  'outbox:changed',
  'alarms:changed',
  'conditions:changed',
  'dead-letters:changed',
  'bridges:changed',
] as const
const toWatchers = ['node:debug', 'node:log', 'node:left-out', 'wire:activity'] as const
type Shown = (typeof toWatchers)[number]

/** Passes on the events of the house as they come; answers how to stop. */
function forward(
  house: House,
  everybody: () => readonly Client[],
  watchers: (flow: string) => readonly Client[],
): () => void {
  const undo: (() => void)[] = []
  const listen = <Name extends keyof HouseEvents>(
    name: Name,
    call: (event: HouseEvents[Name][0]) => void,
  ) => {
    const listener = (...values: unknown[]): void => call(values[0] as HouseEvents[Name][0])
    house.events.on(name, listener as never)
    undo.push(() => house.events.off(name, listener as never))
  }
  for (const name of toAll)
    listen(name, (event) => {
      for (const client of everybody()) send(client, name, event)
    })
  for (const name of toWatchers)
    listen(name, (event) => {
      const clients = watchers(event.flow)
      if (clients.length === 0) return
      const shown = 'message' in event ? { ...event, message: preview(event.message) } : event
      for (const client of clients) show(client, name, shown)
    })
  return () => {
    for (const stop of undo) stop()
  }
}

interface NewestOptions {
  readonly house: House
  readonly clock: Clock
  readonly watchers: (flow: string) => readonly Client[]
}

/** Keeps the newest event of each node for a moment, so that one that flickers sends 20 a second at most. */
function collectNewest<Name extends 'node:status' | 'node:errors'>(
  name: Name,
  { house, clock, watchers }: NewestOptions,
): { stop(): void } {
  const newest = new Map<string, HouseEvents[Name][0]>()
  let timer: Timer | undefined
  const flush = (): void => {
    const events = [...newest.values()]
    newest.clear()
    timer = undefined
    for (const event of events) for (const client of watchers(event.flow)) send(client, name, event)
  }
  const keep = (event: HouseEvents[Name][0]): void => {
    if (watchers(event.flow).length === 0) return
    newest.set(`${event.flow} ${event.node}`, event)
    timer ??= clock.after(STATUS_EVERY_MS, flush)
  }
  house.events.on(name, keep as never)
  return {
    stop() {
      house.events.off(name, keep as never)
      timer?.cancel()
    },
  }
}

/** Sends what a client has to know, or cuts it off if it has stopped reading. */
function send(client: Client, name: string, event: unknown): void {
  if (client.backlog >= CUT_AT) client.socket.conn.close(true)
  else if (event === undefined) client.socket.emit(name)
  else client.socket.emit(name, event)
}

/** Sends what is only shown in passing, or leaves it out. */
function show(client: Client, name: Shown, event: unknown): void {
  const shown = client.shown[name] ?? 0
  if (client.backlog >= SHED_AT || shown >= SHOWN_PER_SECOND) client.dropped++
  else client.socket.emit(name, event)
  client.shown[name] = shown + 1
}

function tellDropped(clients: Iterable<Client>): void {
  for (const client of clients) {
    client.shown = {}
    if (client.dropped === 0 || client.backlog >= SHED_AT) continue
    client.socket.emit('live:dropped', { count: client.dropped })
    client.dropped = 0
  }
}
