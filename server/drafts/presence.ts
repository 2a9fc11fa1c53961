/** Somebody who has a flow open, in one tab of a browser. */
export interface Person {
  readonly tab: string
  readonly name: string
  /** The subflow that is open there. */
  readonly in?: string | undefined
  /** What is selected. */
  readonly nodes: readonly string[]
  /** What is typed in. */
  readonly field?: string | undefined
}

type Where = Omit<Person, 'tab' | 'name'>
interface Seat extends Person {
  readonly movedAt: number
}

/** So many flows can one socket have open, and so many people are shown of one flow. */
const MAX_OPEN = 20
const MAX_SHOWN = 50

/** Who has which flow open, and where they are in it. By sockets: one stands for one tab. */
export class Presence {
  readonly #seats = new Map<string, Map<string, Seat>>()

  /** Answers `false` if the socket has too many open. */
  enter(socket: string, flow: string, person: Pick<Person, 'tab' | 'name'>): boolean {
    const open = [...this.#seats.values()].filter((seats) => seats.has(socket)).length
    const seats = this.#seats.get(flow) ?? new Map<string, Seat>()
    if (open >= MAX_OPEN && !seats.has(socket)) return false
    this.#seats.set(flow, seats.set(socket, { ...person, nodes: [], movedAt: 0 }))
    return true
  }

  /** Answers whether it has the flow open. */
  move(socket: string, flow: string, where: Where, now: number): boolean {
    const seats = this.#seats.get(flow)
    const seat = seats?.get(socket)
    if (!seats || !seat) return false
    const { tab, name } = seat
    seats.set(socket, { tab, name, ...where, movedAt: now })
    return true
  }

  /** Who it is, if it has the flow open. */
  seatOf(socket: string, flow: string): Pick<Person, 'tab' | 'name'> | undefined {
    const seat = this.#seats.get(flow)?.get(socket)
    return seat && { tab: seat.tab, name: seat.name }
  }

  leave(socket: string, flow: string): boolean {
    const seats = this.#seats.get(flow)
    if (!seats?.delete(socket)) return false
    if (seats.size === 0) this.#seats.delete(flow)
    return true
  }

  /** Answers the flows that it had open. */
  leaveAll(socket: string): readonly string[] {
    return [...this.#seats.keys()].filter((flow) => this.leave(socket, flow))
  }

  /** Frees what nobody has typed in since then; answers in which flows. */
  freeFields(before: number): readonly string[] {
    return [...this.#seats].flatMap(([flow, seats]) => {
      const idle = [...seats].filter(([, { field, movedAt }]) => field !== undefined && movedAt < before)
      for (const [socket, { field: _field, ...seat }] of idle) seats.set(socket, seat)
      return idle.length > 0 ? [flow] : []
    })
  }

  of(flow: string): readonly Person[] {
    return [...(this.#seats.get(flow)?.values() ?? [])]
      .slice(0, MAX_SHOWN)
      .map(({ movedAt: _movedAt, ...person }) => person)
  }

  sockets(flow: string): readonly string[] {
    return [...(this.#seats.get(flow)?.keys() ?? [])]
  }
}
