import { getHeapStatistics } from 'node:v8'
import { workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { makeCatalogue } from '#flows/catalogue.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes, nodeRuntimes } from '#nodes/runtimes.ts'
import type { HostData } from '#server/hosts/host-data.ts'
import { codeByTrust } from '#server/hosts/host-services.ts'
import { openRingEnd } from '#server/hosts/ring/ring-pair.ts'
import { createCodeService } from '#server/user-code/code-service.ts'
import { hardenThread } from '#server/user-code/harden-thread.ts'
import { createSandboxedCodeService } from '#server/user-code/sandbox/sandboxed-code-service.ts'
import { rehearseFlow } from '#server/virtual/rehearse-flow.ts'
import { runFlowTest } from '#server/virtual/run-flow-test.ts'
import { TrialHost } from './trial-host.ts'

// A thread in which flows are tried in virtual time: as bare as that of a flow host, and with the same rules
// for user code. It may be ended at any moment.

/** What one trial may keep in memory, in bytes. */
const MOST_BYTES = 192 * 1024 * 1024
/** Messages that may pass the ports of a flow within one trial. */
const MOST_MESSAGES = 500_000

const { ring, cells, libraries, libraryFolder }: HostData = workerData

// The alarms of a trial are in a database; what it is written in cannot be loaded once the thread is hardened.
new Database(':memory:').close()

const direct = createCodeService({ libraries, libraryFolder })
const sandboxed = createSandboxedCodeService()
const types = {
  catalogue: makeCatalogue(nodeDefinitions, connectionDefinitions),
  nodes: nodeRuntimes,
  connections: connectionRuntimes,
}

const host = new TrialHost({
  ring: openRingEnd(ring),
  cells,
  drain: () => direct.drain(),
  carryOut({ kind, flow, test, isTrusted, mostMs }, watch) {
    const run = kind === 'test' ? runFlowTest : rehearseFlow
    return run(flow, test, {
      ...types,
      watch,
      isTrusted,
      services: { code: codeByTrust(() => isTrusted, { direct, sandboxed }) },
      ...{ mostMs, mostMessages: MOST_MESSAGES, mostBytes: MOST_BYTES, usedBytes },
    })
  },
})

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

// What a function leaves behind after its trial is nobody's concern any more.
process.on('unhandledRejection', (reason, promise) => void direct.stray(reason, promise))
process.on('uncaughtException', () => {})
hardenThread()
host.run()
