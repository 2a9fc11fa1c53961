import type { NodeContext } from '#kit/runtime/implement-node.ts'
import type { Alarm } from '#kit/runtime/outbox.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { alarm } from './definition.ts'

interface Seen {
  readonly isOpen: boolean
  readonly title: string
  readonly by?: string
}

const KEY = 'standing'

/** The alarms of a node that are not closed, as it shows them below itself. The house knows them better; this is for eyes. */
export class Standing {
  readonly #context: Pick<NodeContext<typeof alarm>, 'state' | 'status'>
  readonly #seen: Map<string, Seen>

  constructor(context: Pick<NodeContext<typeof alarm>, 'state' | 'status'>) {
    this.#context = context
    this.#seen = new Map(Object.entries((context.state.get(KEY) ?? {}) as Readonly<Record<string, Seen>>))
  }

  see({ id, state, title, acknowledgedBy }: Alarm): void {
    if (state === 'closed') this.#seen.delete(id)
    else
      this.#seen.set(id, {
        isOpen: state === 'open',
        title,
        ...(acknowledgedBy !== undefined && { by: acknowledgedBy }),
      })
    this.#context.state.set(KEY, Object.fromEntries(this.#seen))
    this.show()
  }

  show(): void {
    const { status } = this.#context
    const open = [...this.#seen.values()].filter(({ isOpen }) => isOpen)
    const last = [...this.#seen.values()].at(-1)
    const newest = open.at(-1)
    if (newest) status('warn', open.length === 1 ? oneOpen(newest.title) : manyOpen(open.length))
    else if (last?.by !== undefined) status('ok', acknowledgedBy(last.by))
    else status('idle', none)
  }
}

const none: Sentence = { code: 'ALARM_NONE', message: 'No alarm' }
const oneOpen = (title: string): Sentence => ({
  code: 'ALARM_OPEN',
  message: `Open: ${title}`,
  values: { title },
})
const manyOpen = (count: number): Sentence => ({
  code: 'ALARMS_OPEN',
  message: `${count} open`,
  values: { count },
})
const acknowledgedBy = (name: string): Sentence => ({
  code: 'ALARM_ACKNOWLEDGED',
  message: `Acknowledged by ${name}`,
  values: { name },
})
