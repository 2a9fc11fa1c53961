import { randomUUID } from 'node:crypto'
import type { Flow, FlowConnection } from '#flows/flow.ts'
import { applyOperations } from '#flows/operations/apply-operation.ts'
import type { Change, OwnChange, StepLabel, TakenChange } from '#flows/operations/change.ts'
import type { Operation } from '#flows/operations/operation.ts'
import { parseChange } from '#flows/operations/operation-schema.ts'
import { operationsBetween } from '#flows/operations/operations-between.ts'
import { settleOperations } from '#flows/operations/settle.ts'
import { MAX_FILE_BYTES, parseFlow } from '#flows/parse-flow.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import { changeInvalid, changeTooLarge, flowUnknown, lostUpdate } from '#server/house/house-errors.ts'
import type {
  FlowChange,
  FlowChangeHead,
  FlowLogStore,
  FlowStore,
  NewFlowChange,
  PutOptions,
  SavedDraft,
} from '../store/store.ts'
import type { Turns } from '../turns.ts'
import { UserError } from '../user-error.ts'

export interface DraftDeskOptions {
  readonly flows: Pick<FlowStore, 'get' | 'etag' | 'put'>
  readonly log: FlowLogStore
  /** Shared with all else that is done to a flow. */
  readonly turns: Turns
  readonly clock: Pick<Clock, 'now'>
  /** Takes in the connections that come along. */
  readonly adopt: (connections: readonly FlowConnection[]) => Promise<void>
  /** The flow with the connections that it uses. */
  readonly withConnections: (flow: Flow) => Flow
  /** After the change is safely on disk, in the order of the changes. */
  readonly onTaken: (flow: string, change: OwnChange) => void
  readonly onTrustLost: (flow: string) => void
}

/** A draft as an editor opens it. */
export interface OpenedDraft {
  readonly flow: Flow
  readonly seq: number
  readonly etag: string
  /** The newest changes of who opens it, to be undone; oldest first. */
  readonly own: readonly OwnChange[]
}

/** What an editor has missed: the changes, or the whole draft if they are too many or no longer known. */
export type Missed = { readonly changes: readonly (TakenChange | OwnChange)[] } | OpenedDraft

export interface ReplaceOptions {
  readonly by: string
  readonly label: StepLabel
  readonly ifMatch?: string
  readonly imported?: boolean
}

/** A draft that is to be stored, alone or with others. */
export interface PreparedDraft {
  readonly flow: Flow
  readonly put: PutOptions
  /** To be called when it is on disk. */
  readonly onStored: (saved: SavedDraft) => void
}

interface Draft {
  readonly flow: Flow
  readonly etag: string
  readonly seq: number
}

/** So far back reaches undo after a reload, in changes and in characters of them. */
const OWN_CHANGES = 200
const OWN_LENGTH = 200_000
/** Who has missed more reads the draft anew. */
const MISSED_CHANGES = 300
/** Drafts that are kept at hand. */
const AT_HAND = 8
const HISTORY = 200

/**
 * Orders what people do to the drafts. Changes of one flow are taken one after the other, applied to what stands
 * then, and are on disk with the draft before anybody hears of them.
 */
export class DraftDesk {
  readonly #options: DraftDeskOptions
  readonly #atHand = new Map<string, Draft>()

  constructor(options: DraftDeskOptions) {
    this.#options = options
  }

  /** Throws `FLOW_UNKNOWN`. */
  open(id: string, by: string): OpenedDraft {
    const { flow, etag, seq } = this.#draft(id)
    return { flow: this.#options.withConnections(flow), etag, seq, own: this.#ownOf(id, by) }
  }

  /** Where a draft stands. Throws `FLOW_UNKNOWN`. */
  head(id: string): { readonly seq: number; readonly etag: string } {
    const { seq, etag } = this.#draft(id)
    return { seq, etag }
  }

  /** What has happened since a draft that somebody has; its etag tells whether it is the same flow. */
  since(id: string, seen: { readonly seq: number; readonly etag: string }, by: string): Missed {
    const { log } = this.#options
    const { etag, seq } = this.#draft(id)
    if (seen.seq === seq && seen.etag === etag) return { changes: [] }
    if (seq - seen.seq > MISSED_CHANGES) return this.open(id, by)
    const [last, ...changes] = log.since(id, seen.seq - 1)
    if (last?.seq !== seen.seq || last.etag !== seen.etag) return this.open(id, by)
    return { changes: changes.map((change) => shownTo(by, ownChange(change))) }
  }

  /** The log of a flow, oldest first. */
  history(id: string): readonly FlowChangeHead[] {
    this.#draft(id)
    return this.#options.log.list(id, HISTORY)
  }

  /** Takes a change from the wire. One that is sent again is answered as before. Throws `CHANGE_INVALID` and the like. */
  change(id: string, body: unknown, { by }: { readonly by: string }): Promise<OwnChange> {
    const parsed = parseChange(body)
    if (!parsed.ok) throw changeInvalid(parsed.problems)
    return this.#options.turns.take(id, () => this.#take(id, parsed.value, by))
  }

  /** Puts a whole flow in the place of the draft; call it in the flow's turn. Throws `FLOW_CHANGED`. */
  async replace(flow: Flow, options: ReplaceOptions): Promise<{ etag: string }> {
    const prepared = this.prepare(flow, options)
    await this.#options.adopt(flow.connections)
    return await this.#store(prepared)
  }

  /** What is to be stored in the place of the draft; call it, and store it, in the flow's turn. Throws `FLOW_CHANGED`. */
  prepare(flow: Flow, { by, label, ifMatch, imported = false }: ReplaceOptions): PreparedDraft {
    const { id } = flow
    const isNew = this.#options.flows.etag(id) === undefined
    const draft = isNew ? undefined : this.#draft(id)
    if (ifMatch !== undefined && draft?.etag !== ifMatch) throw lostUpdate(id)
    const next = { ...flow, connections: [] }
    if (!draft)
      return { flow: next, put: { imported, ...(ifMatch !== undefined && { ifMatch }) }, onStored: () => {} }
    const operations = operationsBetween(draft.flow, next)
    const { inverse } = applyOperations(draft.flow, operations)
    const change = { id: randomUUID(), by, label, operations, inverse, imported }
    return this.#prepareChange(draft, next, { ...change, step: change.id }, imported)
  }

  async #store({ flow, put, onStored }: PreparedDraft): Promise<SavedDraft> {
    const saved = await this.#options.flows.put(flow, put)
    if (!saved) throw lostUpdate(flow.id)
    onStored(saved)
    return saved
  }

  /** Somebody vouches for what stands: what was done before is not undone any more, for it might bring back what nobody has read. */
  async barTheWayBack(id: string, by: string): Promise<void> {
    const draft = this.#draft(id)
    const change: NewFlowChange = {
      ...{ id: randomUUID(), by, label: { code: 'trust', count: 0 }, imported: false },
      ...{ step: 'trust', seq: draft.seq + 1, operations: [], inverse: [] },
    }
    const at = this.#options.clock.now()
    await this.#options.log.add(id, change, { etag: draft.etag, at })
    this.#keep({ ...draft, seq: change.seq })
    this.#options.onTaken(id, ownChange({ ...change, etag: draft.etag, at }))
  }

  async #take(id: string, change: Change, by: string): Promise<OwnChange> {
    const { log, adopt } = this.#options
    const draft = this.#draft(id)
    const before = log.find(id, change.id)
    if (before) {
      if (before.by !== by)
        throw new UserError(409, 'CHANGE_ID_TAKEN', 'There is a change with this id already.')
      return ownChange(before)
    }
    const wanted = change.operations.flatMap((operation) => piecemeal(draft.flow, operation))
    const { flow, operations, inverse } = settleOperations(draft.flow, wanted)
    const next = { ...flow, connections: [] }
    checkResult(next, operations)
    await adopt(operations.flatMap(connectionsIn))
    const undone = change.undoes === undefined ? [] : log.ofStep(id, change.undoes)
    const isOfImport = undone.some(({ imported }) => imported)
    const bringsBack = isOfImport && undone.some(({ undoes }) => undoes !== undefined)
    const { imported, ...told } = change
    const step = { ...told, by, operations, inverse, imported: imported === true || isOfImport }
    const prepared = this.#prepareChange(draft, next, step, imported === true || bringsBack)
    const saved = await this.#store(prepared)
    return ownChange({ ...prepared.change, ...saved })
  }

  /** The draft with what has led to it; who looks at it is told once it is stored. */
  #prepareChange(
    draft: Draft,
    flow: Flow,
    told: Omit<NewFlowChange, 'seq'>,
    imported: boolean,
  ): PreparedDraft & { readonly change: NewFlowChange } {
    const { flows, onTaken, onTrustLost } = this.#options
    const change: NewFlowChange = { ...told, seq: draft.seq + 1 }
    const losesTrust = imported && flows.get(flow.id)?.trusted === true
    const onStored = (saved: SavedDraft): void => {
      this.#keep({ flow, etag: saved.etag, seq: change.seq })
      onTaken(flow.id, ownChange({ ...change, ...saved }))
      if (losesTrust) onTrustLost(flow.id)
    }
    return { flow, change, put: { ifMatch: draft.etag, imported, change }, onStored }
  }

  #draft(id: string): Draft {
    const { flows, log } = this.#options
    const etag = flows.etag(id)
    const seq = log.newest(id)
    const kept = this.#atHand.get(id)
    if (kept && kept.etag === etag && kept.seq === seq) return kept
    const stored = flows.get(id)
    if (!stored) throw flowUnknown(id)
    return this.#keep({ flow: stored.flow, etag: stored.etag, seq })
  }

  #keep(draft: Draft): Draft {
    const { id } = draft.flow
    this.#atHand.delete(id)
    this.#atHand.set(id, draft)
    const [oldest] = this.#atHand.keys()
    if (this.#atHand.size > AT_HAND && oldest !== undefined) this.#atHand.delete(oldest)
    return draft
  }

  /** As many whole steps as are not too long together. */
  #ownOf(id: string, by: string): readonly OwnChange[] {
    const changes = this.#options.log.ofPerson(id, by, OWN_CHANGES).map(ownChange)
    const kept = newestWithin(changes, OWN_LENGTH)
    const cut =
      kept.length < changes.length || changes.length === OWN_CHANGES ? changes.at(-kept.length) : undefined
    return kept.filter(({ step }) => step !== cut?.step)
  }
}

function newestWithin(changes: readonly OwnChange[], length: number): readonly OwnChange[] {
  let left = length
  let first = changes.length
  while (first > 0 && left > 0) left -= JSON.stringify(changes[--first]).length
  return changes.slice(left < 0 ? first + 1 : first)
}

/** Others get what was done, who has done it gets the way back, too. */
export function shownTo(person: string, change: OwnChange): TakenChange | OwnChange {
  if (change.by === person) return change
  const { inverse: _inverse, ...taken } = change
  return taken
}

const ownChange = ({ imported: _imported, ...change }: FlowChange): OwnChange => change

/** A whole flow in the place of another is taken for what differs. */
function piecemeal(draft: Flow, operation: Operation): readonly Operation[] {
  if (operation.kind !== 'replace') return [operation]
  const parsed = parseFlow({ ...operation.flow, id: draft.id })
  if (!parsed.ok) throw changeInvalid(parsed.problems)
  return operationsBetween(draft, { ...parsed.value, connections: [] })
}

const connectionsIn = (operation: Operation): readonly FlowConnection[] =>
  operation.kind === 'insert' ? (operation.connections ?? []).map(({ item }) => item) : []

/** Single fields were checked when they were read; what was put in may be too much altogether. */
function checkResult(flow: Flow, operations: readonly Operation[]): void {
  if (JSON.stringify(flow).length > MAX_FILE_BYTES) throw changeTooLarge(MAX_FILE_BYTES / 1024 / 1024)
  if (!operations.some(({ kind }) => kind === 'insert' || kind === 'replace')) return
  const parsed = parseFlow(flow)
  if (!parsed.ok) throw changeInvalid(parsed.problems)
}
