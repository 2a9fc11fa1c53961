import type { Socket } from 'socket.io-client'
import type { Place } from '#flows/flow.ts'
import type { TakenChange } from '#flows/operations/change.ts'
import { onConnect } from '../api/live.ts'
import type { MovedPointer, Person } from '../api/types.ts'
import type { Autosave } from '../document/autosave.ts'
import { newChangeId } from '../document/new-change-id.ts'
import { usePeople } from '../people/people.ts'
import type { Pointers } from '../people/pointers.ts'

/** Which tab of which browser this is, for others. */
const ownTab = newChangeId()

interface ChangedEvent {
  readonly flow: string
  readonly change: TakenChange
}
interface PeopleEvent {
  readonly flow: string
  readonly people: readonly Person[]
}
interface PointersEvent {
  readonly flow: string
  readonly pointers: readonly MovedPointer[]
}
type Where = Omit<Person, 'tab' | 'name'>
type Opened = { readonly seq: number; readonly etag: string; readonly people: readonly Person[] } | Refused
interface Refused {
  readonly code: string
}

/** What others do in an open flow, as the live channel tells it, and where they are. */
export class DraftChannel implements Disposable {
  readonly #flow: string
  readonly #pointers: Pick<Pointers, 'take' | 'keep'>
  readonly #forget: () => void
  #socket: Socket | undefined
  #told: Where | undefined
  readonly #onChanged: (event: ChangedEvent) => void
  readonly #onPeople = ({ flow, people }: PeopleEvent): void => {
    if (flow === this.#flow) this.#show(people)
  }
  readonly #onPointers = ({ flow, pointers }: PointersEvent): void => {
    if (flow === this.#flow) this.#pointers.take(pointers.filter(({ tab }) => tab !== ownTab))
  }

  constructor(
    flow: string,
    autosave: Pick<Autosave, 'take' | 'meet'>,
    pointers: Pick<Pointers, 'take' | 'keep'>,
  ) {
    this.#flow = flow
    this.#pointers = pointers
    this.#onChanged = (event) => {
      if (event.flow === flow) autosave.take(event.change)
    }
    this.#forget = onConnect((socket) => {
      this.#stop()
      this.#socket = socket
      socket.on('flow:changed', this.#onChanged)
      socket.on('flow:people', this.#onPeople)
      socket.on('flow:pointers', this.#onPointers)
      socket.emit('flow:open', { flow, tab: ownTab }, (opened: Opened) => {
        if ('code' in opened) return
        autosave.meet(opened)
        this.#show(opened.people)
        if (this.#told) this.tell(this.#told)
      })
    })
  }

  /** Tells the others where this person is. */
  tell(where: Where): void {
    this.#told = where
    if (this.#socket?.connected) this.#socket.emit('flow:here', { flow: this.#flow, ...where })
  }

  /** Tells the others where this person points; what is lost is not worth sending again. */
  point(scope: string | undefined, at: Place | undefined): void {
    if (!this.#socket?.connected) return
    this.#socket.volatile.emit('flow:point', {
      flow: this.#flow,
      ...(scope !== undefined && { in: scope }),
      ...(at && { at }),
    })
  }

  [Symbol.dispose](): void {
    this.#forget()
    this.#stop()
    // What is emitted while the channel is away would be sent after it is back, and close what is open then.
    if (this.#socket?.connected) this.#socket.emit('flow:close', this.#flow)
  }

  #stop(): void {
    this.#socket?.off('flow:changed', this.#onChanged)
    this.#socket?.off('flow:people', this.#onPeople)
    this.#socket?.off('flow:pointers', this.#onPointers)
  }

  #show(people: readonly Person[]): void {
    this.#pointers.keep(new Set(people.map(({ tab }) => tab)))
    usePeople.setState({ people: people.filter(({ tab }) => tab !== ownTab) })
  }
}
