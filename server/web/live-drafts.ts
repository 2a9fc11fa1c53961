import * as z from 'zod'
import { idPattern } from '#flows/flow.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import type { House, HouseEvents } from '#server/house/house.ts'
import { shownTo } from '../drafts/draft-desk.ts'
import { Pointers } from '../drafts/pointers.ts'
import { type Person, Presence } from '../drafts/presence.ts'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'

/** A browser on the live channel, as far as drafts go. */
export interface DraftClient {
  readonly socket: {
    readonly id: string
    on(name: string, listener: (...values: unknown[]) => void): unknown
  }
  readonly user: string
  /** Whether it still may listen. */
  readonly mayListen: () => boolean
  readonly send: (name: string, event: unknown) => void
}

interface DraftOptions {
  readonly house: Pick<House, 'drafts' | 'events'>
  readonly clock: Pick<Clock, 'now' | 'after' | 'every'>
  readonly log: Log
}

/** Others hear at most ten times a second where somebody is, and points. */
const PEOPLE_EVERY_MS = 100
/** Who types and says nothing for so long has gone: the field is free again. */
const TYPING_MS = 4_000
const TYPING_EVERY_MS = 1_000

const id = z.string().regex(idPattern)
const opening = z.object({ flow: id, tab: id })
const whereabouts = z.object({
  flow: id,
  /** The subflow that is open. */
  in: id.optional(),
  nodes: z.array(id).max(200).default([]),
  /** What is typed in: `node bell topic`, `flow name`. */
  field: z.string().max(300).optional(),
})

/** Canvas pixels: nobody draws further away. */
const FURTHEST = 1_000_000
const coordinate = z.number().min(-FURTHEST).max(FURTHEST)
const pointing = z.object({
  flow: id,
  in: id.optional(),
  /** Missing once the pointer has left the drawing. */
  at: z.tuple([coordinate, coordinate]).optional(),
})

/**
 * The drafts on the live channel. `flow:open` with `{flow, tab}` is acknowledged with the number and etag of the draft
 * and who else has it open, or with `{code, message}`; from then on `flow:changed` tells each change and `flow:people`
 * who is where, until `flow:close` with the flow's id. `flow:here` tells the others what is selected and typed in,
 * `flow:point` where the pointer is, of which `flow:pointers` tells them.
 */
export class LiveDrafts {
  readonly #house: DraftOptions['house']
  readonly #clock: DraftOptions['clock']
  readonly #log: Log
  readonly #presence = new Presence()
  /** By the ids of their sockets. */
  readonly #clients = new Map<string, DraftClient>()
  readonly #stale = new Set<string>()
  readonly #pointers = new Pointers()
  #timer: Timer | undefined
  readonly #typing: Timer
  readonly #onChange = ({ flow, change }: HouseEvents['flow:changed'][0]): void => {
    for (const client of this.#in(flow))
      client.send('flow:changed', { flow, change: shownTo(client.user, change) })
  }

  constructor({ house, clock, log }: DraftOptions) {
    this.#house = house
    this.#clock = clock
    this.#log = log
    this.#typing = clock.every(TYPING_EVERY_MS, () => {
      for (const flow of this.#presence.freeFields(clock.now() - TYPING_MS)) this.#tell(flow)
    })
    house.events.on('flow:changed', this.#onChange)
  }

  serve(client: DraftClient): void {
    const { socket } = client
    this.#clients.set(socket.id, client)
    socket.on('flow:open', (body, ack) => {
      if (typeof ack === 'function') ack(this.#open(client, body))
    })
    socket.on('flow:here', (body) => {
      const parsed = whereabouts.safeParse(body)
      if (!parsed.success) return
      const { flow, ...where } = parsed.data
      if (this.#presence.move(socket.id, flow, where, this.#clock.now())) this.#tell(flow)
    })
    socket.on('flow:point', (body) => {
      const parsed = pointing.safeParse(body)
      const seat = parsed.success ? this.#presence.seatOf(socket.id, parsed.data.flow) : undefined
      if (!parsed.success || !seat) return
      const { flow, ...pointer } = parsed.data
      this.#pointers.take(flow, { ...seat, ...pointer })
      this.#tellSoon()
    })
    socket.on('flow:close', (flow) => {
      if (typeof flow === 'string' && this.#presence.leave(socket.id, flow)) this.#tell(flow)
    })
    socket.on('disconnect', () => {
      for (const flow of this.#presence.leaveAll(socket.id)) this.#tell(flow)
      this.#clients.delete(socket.id)
    })
  }

  close(): void {
    this.#timer?.cancel()
    this.#typing.cancel()
    this.#house.events.off('flow:changed', this.#onChange)
  }

  #open(client: DraftClient, body: unknown): unknown {
    const parsed = opening.safeParse(body)
    if (!parsed.success || !client.mayListen())
      return { code: 'FLOW_ID', message: 'To open a flow, send its id and that of the tab.' }
    const { flow, tab } = parsed.data
    try {
      const head = this.#house.drafts.head(flow)
      if (!this.#presence.enter(client.socket.id, flow, { tab, name: client.user }))
        return { code: 'WATCH_TOO_MANY', message: 'Too many flows are open in one tab.' }
      this.#tell(flow)
      return { ...head, people: this.#presence.of(flow) }
    } catch (error) {
      if (error instanceof UserError) return error.answer
      this.#log.error({ err: error, flow }, 'A draft could not be opened')
      return { code: 'INTERNAL', message: 'The flow cannot be opened. The log of Wirehouse says why.' }
    }
  }

  #in(flow: string): readonly DraftClient[] {
    return this.#presence.sockets(flow).flatMap((socket) => this.#clients.get(socket) ?? [])
  }

  #tell(flow: string): void {
    this.#stale.add(flow)
    this.#tellSoon()
  }

  #tellSoon(): void {
    this.#timer ??= this.#clock.after(PEOPLE_EVERY_MS, () => {
      this.#timer = undefined
      for (const flow of this.#stale) {
        const people: readonly Person[] = this.#presence.of(flow)
        for (const client of this.#in(flow)) client.send('flow:people', { flow, people })
      }
      this.#stale.clear()
      for (const { flow, pointers } of this.#pointers.drain())
        for (const client of this.#in(flow)) client.send('flow:pointers', { flow, pointers })
    })
  }
}
