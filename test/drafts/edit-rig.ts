import { Autosave, type Missed, type SendAnswer } from '#editor/document/autosave.ts'
import { FlowDocument } from '#editor/document/flow-document.ts'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import type { Change, OwnChange, TakenChange } from '#flows/operations/change.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { type DraftDesk, shownTo } from '#server/drafts/draft-desk.ts'
import { MemoryDrafts } from '#server/drafts/memory-drafts.ts'

/** Milliseconds that a message takes, each way; nothing while the line is cut. */
type Delay = () => number

/** One browser with the flow open. */
export interface Editor {
  readonly person: string
  readonly document: FlowDocument
  readonly autosave: Autosave
  /** Cuts the line: what is under way is lost, answers as well. */
  cut(): void
  mend(): void
  /** Closes the page, with what is pending in it, and opens it again. */
  reload(): Promise<void>
}

/** Several people who edit one flow, over lines of which each message takes its time. All through the real desk. */
export class EditRig {
  readonly clock = new VirtualClock()
  readonly drafts = new MemoryDrafts()
  readonly desk: DraftDesk
  /** What was acknowledged to anybody. */
  readonly acknowledged = new Set<string>()
  readonly #delay: Delay
  readonly #listeners = new Set<(change: OwnChange) => void>()
  readonly id: string

  private constructor(flow: Flow, delay: Delay) {
    this.id = flow.id
    this.#delay = delay
    this.desk = this.drafts.desk({
      clock: this.clock,
      onTaken: (_flow, change) => {
        for (const listener of this.#listeners) listener(change)
      },
    })
  }

  static async open(flow: Flow = emptyFlow('f', 'F'), delay: Delay = () => 5): Promise<EditRig> {
    const rig = new EditRig(flow, delay)
    await rig.drafts.put(flow)
    return rig
  }

  get flow(): Flow {
    return this.drafts.get(this.id)?.flow ?? emptyFlow('gone', 'Gone')
  }

  edit(person: string): Editor {
    let line = 0
    let isCut = false
    /** Over the line and with its delay, or never. */
    const pass = async (): Promise<boolean> => {
      const on = line
      await this.#wait(this.#delay())
      return on === line && !isCut
    }
    const send = async (change: Change): Promise<SendAnswer> => {
      const sent = structuredClone(change)
      if (!(await pass())) return { kind: 'offline' }
      try {
        const taken = await this.desk.change(this.id, sent, { by: person })
        if (!(await pass())) return { kind: 'offline' }
        this.acknowledged.add(taken.id)
        return { kind: 'taken', change: structuredClone(taken) }
      } catch (error) {
        return { kind: 'refused', message: (error as Error).message }
      }
    }
    const missed = async (seq: number, etag: string): Promise<Missed | undefined> => {
      if (!(await pass())) return undefined
      const answer = structuredClone(this.desk.since(this.id, { seq, etag }, person))
      return (await pass()) ? answer : undefined
    }
    /** Messages of one line arrive in their order. */
    let last = Promise.resolve()
    const hear = (change: OwnChange): void => {
      const arrives = pass()
      const shown: TakenChange | OwnChange = structuredClone(shownTo(person, change))
      last = last.then(async () => {
        if (await arrives) editor.autosave.take(shown)
      })
    }
    this.#listeners.add(hear)
    const open = () => {
      const { flow, seq, etag, own } = structuredClone(this.desk.open(this.id, person))
      const document = new FlowDocument(flow, { now: () => this.clock.now(), own })
      const autosave = new Autosave({ document, seq, etag, send, missed, clock: this.clock })
      return { document, autosave }
    }
    const editor = {
      person,
      ...open(),
      cut: () => {
        isCut = true
        line++
      },
      mend: () => {
        isCut = false
        editor.autosave.meet(this.desk.head(this.id))
      },
      reload: async () => {
        const pending = editor.document.pending.getState().map(({ change }) => change)
        editor.autosave[Symbol.dispose]()
        line++
        Object.assign(editor, open())
        editor.document.resume(structuredClone(pending))
      },
    }
    return editor
  }

  /** Lets everything arrive. */
  async settle(editors: readonly Editor[]): Promise<void> {
    for (const editor of editors) editor.mend()
    for (let round = 0; round < 200; round++) {
      await this.clock.advance(1_000)
      const { seq } = this.desk.head(this.id)
      if (editors.every(({ autosave }) => !autosave.hasUnsaved && autosave.seq === seq)) return
      for (const { autosave } of editors) autosave.meet(this.desk.head(this.id))
    }
    throw new Error('the editors do not come to rest')
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(ms, resolve))
  }
}
