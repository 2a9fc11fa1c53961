import { randomUUID } from 'node:crypto'
import { type FlowTest, wireKey } from '#flows/flow.ts'
import type { Rehearsal } from '#flows/rehearsal.ts'
import type { Clock, Timer } from '#kit/runtime/clock.ts'
import { fromStored } from '#kit/runtime/stored-value.ts'
import type { House } from '#server/house/house.ts'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'
import { type Batch, isFull, MOST_BYTES, type RecordedMessage, type Recording } from './recorded.ts'
import { newRecordingId, type Recordings } from './recordings.ts'
import { Replay, type ReplayState } from './replay.ts'

export interface RecordingDeskOptions {
  readonly store: Recordings
  readonly house: Pick<
    House,
    'readFlow' | 'listFlows' | 'record' | 'arrive' | 'rehearseFlow' | 'controls' | 'events'
  >
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
}

export interface ReplayAsked {
  /** 1 to 100 times as fast as it was. */
  readonly speed: number
  /** Nodes that act on the world outside are muted while it lasts. */
  readonly isMuted: boolean
  readonly by: string
}

/** Milliseconds between two looks at what a flow has recorded. */
const FETCH_EVERY_MS = 500
/** Milliseconds between two reports of a replay. */
const TELL_EVERY_MS = 500
/** Safe mode ends when nobody renews it for 30 seconds. */
const RENEW_EVERY_MS = 10_000
/** Virtual time that a rehearsal goes on after its last message, in milliseconds. */
const AFTERWARDS_MS = 60_000

interface Running {
  readonly timer: Timer
  readonly wires: readonly string[]
  isFetching: boolean
}

/** Records what goes over wires of running flows, and replays it. */
export class RecordingDesk implements AsyncDisposable {
  readonly #options: RecordingDeskOptions
  /** By their flows. */
  readonly #running = new Map<string, Running & { readonly id: string }>()
  readonly #replays = new Map<string, { readonly replay: Replay; readonly done: Promise<void> }>()

  constructor(options: RecordingDeskOptions) {
    this.#options = options
    options.house.events.on('flow:deleted', ({ flow }) => this.#forget(flow))
  }

  list(flow?: string): readonly Recording[] {
    return this.#options.store.list().filter((one) => flow === undefined || one.flow === flow)
  }

  /** Begins to record wires of a running flow (`bell.out quiet.in`). */
  async start(
    flow: string,
    { name, wires, by }: { readonly name: string; readonly wires: readonly string[]; readonly by: string },
  ): Promise<Recording> {
    const { store, house, clock } = this.#options
    const known = new Set(house.readFlow(flow).flow.wires.map(wireKey))
    const unknown = wires.find((wire) => !known.has(wire))
    if (unknown !== undefined) throw wireUnknown(unknown)
    if (this.#running.has(flow)) throw alreadyRecording()
    store.refuseMany()
    await house.record(flow, wires, true)
    if (this.#running.has(flow)) throw alreadyRecording()
    const recording = { ...this.#blank(flow, name, by), startedAt: clock.now() }
    store.put(recording)
    const timer = clock.every(FETCH_EVERY_MS, () => this.#fetch(flow))
    this.#running.set(flow, { id: recording.id, timer, wires, isFetching: false })
    this.#changed(flow)
    return recording
  }

  /** Ends a recording that goes on. */
  async stop(id: string): Promise<Recording> {
    const { store } = this.#options
    const { flow } = store.find(id)
    if (this.#running.get(flow)?.id === id) await this.#finish(flow)
    return store.find(id)
  }

  rename(id: string, name: string): Recording {
    const { store } = this.#options
    const renamed = { ...store.find(id), name }
    store.put(renamed)
    this.#changed(renamed.flow)
    return renamed
  }

  async remove(id: string): Promise<void> {
    const { flow } = await this.stop(id)
    this.#options.store.remove(id)
    this.#changed(flow)
  }

  read(id: string): { readonly recording: Recording; readonly messages: readonly RecordedMessage[] } {
    const { store } = this.#options
    return { recording: store.find(id), messages: store.messages(id) }
  }

  /** Takes a recording in that was made elsewhere, or written by hand. */
  add(
    flow: string,
    {
      name,
      messages,
      by,
    }: {
      readonly name: string
      readonly messages: readonly RecordedMessage[]
      readonly by: string
    },
  ): Recording {
    const { store, house, clock } = this.#options
    house.readFlow(flow)
    store.refuseMany()
    const inOrder = messages.toSorted((one, other) => one.at - other.at)
    const lines = inOrder.map((message) => JSON.stringify(message))
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
    if (bytes > MOST_BYTES) throw tooLarge()
    const now = clock.now()
    const recording = {
      ...this.#blank(flow, name, by),
      ...{ startedAt: now, endedAt: now, count: lines.length, bytes },
    }
    store.append(recording.id, lines)
    store.put(recording)
    this.#changed(flow)
    return recording
  }

  /** Sends it into the flow that runs. */
  async replay(id: string, { speed, isMuted, by }: ReplayAsked): Promise<ReplayState> {
    const { store, house, clock } = this.#options
    const { flow, name } = store.find(id)
    if (this.#replays.has(flow)) throw alreadyReplaying()
    if (this.#running.has(flow)) throw recordingFirst()
    if (!house.listFlows().some((one) => one.id === flow && one.running !== undefined)) throw notRunning()
    const replay = new Replay({
      about: { flow, recording: id, name, speed, isMuted, by },
      messages: store.messages(id),
      clock,
      send: (node, port, draft) => house.arrive(flow, node, port, draft),
    })
    this.#replays.set(flow, { replay, done: this.#run(replay, flow) })
    this.#tell(flow)
    return replay.state
  }

  replayOf(flow: string): ReplayState | undefined {
    return this.#replays.get(flow)?.replay.state
  }

  async stopReplay(flow: string): Promise<void> {
    const standing = this.#replays.get(flow)
    standing?.replay.stop()
    await standing?.done
  }

  /** Has it arrive in the draft in virtual time: nothing is touched, and nobody waits. */
  async rehearse(id: string): Promise<Rehearsal> {
    const { store, house } = this.#options
    const { flow } = store.find(id)
    const messages = store.messages(id)
    const began = messages[0]?.at ?? 0
    const send: FlowTest['send'] = messages.map(({ at, to, topic, payload }) => ({
      to,
      at: at - began,
      payload: fromStored(payload),
      ...(topic !== undefined && { topic }),
    }))
    const within = (send.at(-1)?.at ?? 0) + AFTERWARDS_MS
    return await house.rehearseFlow(flow, { send, within })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { replay } of this.#replays.values()) replay.stop()
    await Promise.all([...this.#running.keys()].map((flow) => this.#finish(flow)))
    await Promise.all([...this.#replays.values()].map(({ done }) => done))
  }

  async #run(replay: Replay, flow: string): Promise<void> {
    const { clock, log } = this.#options
    const telling = clock.every(TELL_EVERY_MS, () => this.#tell(flow))
    try {
      const unmute = await this.#mute(replay.state)
      await replay.run().finally(unmute)
    } catch (error) {
      log.warn({ flow, err: error }, 'a replay has ended early')
    } finally {
      telling.cancel()
      const { state } = replay
      this.#replays.delete(flow)
      this.#options.house.events.emit('flow:replay', { flow, ended: state })
    }
  }

  /** Switches safe mode on where that is asked for and nobody has; answers how to undo it. */
  async #mute({ flow, isMuted, by }: ReplayState): Promise<() => Promise<void>> {
    const { clock, house } = this.#options
    if (!isMuted) return async () => {}
    const holder = { by, browser: `replay-${randomUUID()}` }
    const wasSafe = house.controls.view(flow).isSafe
    await house.controls.setSafeMode(flow, true, holder)
    const renewing = clock.every(RENEW_EVERY_MS, () => void house.controls.renew(flow, holder))
    return async () => {
      renewing.cancel()
      if (!wasSafe) await house.controls.setSafeMode(flow, false, holder)
    }
  }

  /** What it has since the last time goes to the disk; at its bounds it ends. */
  async #fetch(flow: string): Promise<void> {
    const running = this.#running.get(flow)
    if (!running || running.isFetching) return
    running.isFetching = true
    try {
      const batch = await this.#options.house.record(flow, running.wires, true)
      if (this.#running.get(flow) === running) this.#keep(running.id, batch)
    } catch (error) {
      // the flow was stopped, or its thread has ended and comes back
      if (error instanceof UserError && error.code === 'FLOW_NOT_RUNNING') await this.#finish(flow)
    } finally {
      running.isFetching = false
    }
    const recording = this.#options.store.get(running.id)
    const isOver = recording && isFull(recording, this.#options.clock.now())
    if (isOver && this.#running.get(flow) === running) await this.#finish(flow)
  }

  #keep(id: string, batch: Batch): void {
    const { store } = this.#options
    const recording = store.get(id)
    if (recording && store.extend(recording, batch) !== recording) this.#changed(recording.flow)
  }

  async #finish(flow: string): Promise<void> {
    const { store, house, clock } = this.#options
    const running = this.#running.get(flow)
    if (!running) return
    this.#running.delete(flow)
    running.timer.cancel()
    try {
      this.#keep(running.id, await house.record(flow, running.wires, false))
    } catch (error) {
      // a flow that was stopped has taken with it what it had recorded since the last look
      if (!(error instanceof UserError)) throw error
    }
    const recording = store.get(running.id)
    if (recording) store.put({ ...recording, endedAt: clock.now() })
    this.#changed(flow)
  }

  /** The flow is gone, and so is what was recorded in it. */
  #forget(flow: string): void {
    this.#running.get(flow)?.timer.cancel()
    this.#running.delete(flow)
    this.#replays.get(flow)?.replay.stop()
    for (const { id } of this.list(flow)) this.#options.store.remove(id)
  }

  #blank(flow: string, name: string, by: string): Recording {
    return { id: newRecordingId(), flow, name, by, startedAt: 0, count: 0, bytes: 0, leftOut: 0 }
  }

  #changed(flow: string): void {
    this.#options.house.events.emit('recordings:changed', { flow })
  }

  #tell(flow: string): void {
    const replay = this.replayOf(flow)
    if (replay) this.#options.house.events.emit('flow:replay', { flow, replay })
  }
}

const wireUnknown = (wire: string): UserError =>
  new UserError(422, 'RECORDING_WIRE', `The flow has no wire "${wire}" to record.`, { values: { wire } })
const alreadyRecording = (): UserError =>
  new UserError(409, 'RECORDING_RUNS', 'This flow is being recorded already. Stop that first.')
const alreadyReplaying = (): UserError =>
  new UserError(409, 'REPLAY_RUNS', 'A recording is being replayed into this flow already. Stop that first.')
const recordingFirst = (): UserError =>
  new UserError(409, 'REPLAY_WHILE_RECORDING', 'This flow is being recorded. Stop that before you replay.')
const notRunning = (): UserError =>
  new UserError(409, 'REPLAY_NOT_RUNNING', 'The flow does not run. Deploy it, or rehearse the recording.')
const tooLarge = (): UserError =>
  new UserError(413, 'RECORDING_TOO_LARGE', 'A recording has at most 10,000 messages and 10 MB.')
