import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { openStore } from './open-store.ts'
import type { Store } from './store.ts'

/** A data folder for one test, with what a store on it logged. */
export interface StoreRig extends AsyncDisposable {
  readonly dataDir: string
  readonly clock: VirtualClock
  readonly logs: string[]
  /** Opens the store; it is closed with the rig, if the test has not done so. */
  open(): Promise<Store>
}

export function storeRig(): StoreRig {
  const dataDir = mkdtempSync(join(tmpdir(), 'wirehouse-store-'))
  const clock = new VirtualClock()
  const logs: string[] = []
  const note = (level: string) => (text: string) => {
    logs.push(`${level}: ${text}`)
  }
  const log = { info: note('info'), warn: note('warn'), error: note('error') }
  const opened: Store[] = []
  return {
    dataDir,
    clock,
    logs,
    async open() {
      const store = await openStore({ dataDir, clock, log })
      opened.push(store)
      return store
    },
    async [Symbol.asyncDispose]() {
      for (const store of opened) await store[Symbol.asyncDispose]()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export const flowNamed = (id: string, name = id): Flow => emptyFlow(id, name)
