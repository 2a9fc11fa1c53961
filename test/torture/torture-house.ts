import { setTimeout as pause } from 'node:timers/promises'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import { Loader } from '../bench/load/loader.ts'
import { residentMb } from '../bench/load/resident-memory.ts'
import type { LoadResult } from '../bench/load/run-load.ts'
import { toFlow } from '../bench/peers/wirehouse.ts'
import { culprit, culpritFlow, type Misdeed } from './culprit.ts'

/** Flows that mean well: enough that some share a host with the culprit. */
const FLOWS = 8
const LANE = 'q1'
export const MESSAGES_PER_SECOND = 1_000
/** How long anything may take before it is given up: far longer than all limits. */
const PATIENCE_MS = 30_000

/** How a misdeed ended: the answer that the culprit's caller got, and after how long. */
export interface Ending {
  readonly afterMs: number
  readonly status: number
  readonly code: string
}

/** A server with flows at work, one of which can be told to misbehave. */
export class TortureHouse implements AsyncDisposable {
  readonly server: ServerProcess
  readonly #loader = new Loader()
  #edition = 0

  private constructor(server: ServerProcess) {
    this.server = server
  }

  static async start(): Promise<TortureHouse> {
    const server = await startServerProcess({ env: { WIREHOUSE_LOG_LEVEL: 'warn' } })
    const house = new TortureHouse(server)
    const flows = Array.from({ length: FLOWS }, (_, index) =>
      toFlow({ id: `good${index}`, qos: 1, lane: LANE, sensor: `s${index}` }),
    )
    for (const flow of [...flows, culpritFlow(0)]) {
      await house.#ask('PUT', `/api/flows/${flow.id}`, flow)
      await house.#ask('POST', `/api/flows/${flow.id}/deploy`)
    }
    for (let sensor = 0; sensor < FLOWS; sensor++)
      await house.#loader.firstMessage({ port: server.mqttPort, lane: LANE, sensor })
    return house
  }

  get memoryMb(): number {
    const { pid } = this.server.process
    return residentMb(pid === undefined ? [] : [pid])
  }

  /** Messages through the flows that mean well; rejects if a connection is lost. */
  load(seconds: number): Promise<LoadResult> {
    return this.#loader.load({
      port: this.server.mqttPort,
      lane: LANE,
      qos: 1,
      publishers: FLOWS,
      sensors: FLOWS,
      messages: MESSAGES_PER_SECOND * seconds,
      seconds: seconds + PATIENCE_MS / 1_000, // the number of messages ends it
      perSecond: MESSAGES_PER_SECOND,
      window: 800,
      pids: [],
    })
  }

  /** Resolves when the server answers the culprit's caller, as it does once the function is ended. */
  async misbehave(misdeed: Misdeed): Promise<Ending> {
    const before = performance.now()
    const request = this.server.api('POST', culprit.inject, { payload: misdeed })
    const { status, body } = await inTime(request, `The caller of ${misdeed} gets no answer.`)
    return { afterMs: performance.now() - before, status, code: body.code }
  }

  /** Repairs the culprit, which may have been put aside, deploys it, and waits until it takes messages. */
  async reinstate(): Promise<void> {
    await this.#ask('PUT', `/api/flows/${culprit.flow}`, culpritFlow(++this.#edition))
    await this.#ask('POST', `/api/flows/${culprit.flow}/deploy`)
    const end = performance.now() + PATIENCE_MS
    while (performance.now() < end) {
      const { status } = await this.server.api('POST', culprit.inject, { payload: 'well' })
      if (status === 200) return
      await pause(20)
    }
    throw new Error('The culprit does not run again after a deploy.')
  }

  /** Nodes of the culprit's flow that the canvas shows as failed. */
  async blamed(): Promise<readonly { readonly node: string; readonly text: string }[]> {
    const statuses: readonly { node: string; state: string; text?: string }[] = await this.#ask(
      'GET',
      culprit.status,
    )
    return statuses.filter(({ state }) => state === 'error').map(({ node, text = '' }) => ({ node, text }))
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape, as in the rig
  async #ask(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await inTime(this.server.api(method, path, body), `${method} ${path} gets no answer.`)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#loader[Symbol.dispose]()
    await this.server[Symbol.asyncDispose]()
  }
}

async function inTime<Result>(result: Promise<Result>, complaint: string): Promise<Result> {
  const stop = new AbortController()
  const limit = pause(PATIENCE_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Error(complaint)
  })
  try {
    return await Promise.race([result, limit])
  } finally {
    limit.catch(() => {}) // stopped below, and nobody waits for it any more
    stop.abort()
  }
}
