import { workerData } from 'node:worker_threads'
import { connectionRuntimes, nodeRuntimes } from '#nodes/runtimes.ts'
import { preciseNow, realClock } from '#server/engine/real-clock.ts'
import { tidyAtRest } from '#server/heap-at-rest.ts'
import { createCodeService } from '#server/user-code/code-service.ts'
import { hardenThread } from '#server/user-code/harden-thread.ts'
import { createSandboxedCodeService } from '#server/user-code/sandbox/sandboxed-code-service.ts'
import { Host } from './host.ts'
import type { HostData } from './host-data.ts'
import { openRingEnd } from './ring/ring-pair.ts'

// The thread of a flow host. It holds nothing of value: no environment, no files open, no secrets but
// those that a flow itself carries. It may be ended at any moment; the core then starts another.

const { ring, cells, journal, endpoints, libraries, libraryFolder }: HostData = workerData

const direct = createCodeService({ libraries, libraryFolder })
const host = new Host({
  ring: openRingEnd(ring),
  cells,
  journal,
  nodes: nodeRuntimes,
  connections: connectionRuntimes,
  clock: realClock,
  preciseNow,
  code: { direct, sandboxed: createSandboxedCodeService() },
  endpoints,
})

process.on('unhandledRejection', (reason, promise) => {
  if (!direct.stray(reason, promise)) host.complain(textOf(reason))
})
process.on('uncaughtException', (error) => host.complain(textOf(error)))
hardenThread()
tidyAtRest(realClock)
host.run()

function textOf(reason: unknown): string {
  try {
    return (reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)).slice(0, 2_000)
  } catch {
    return 'something whose text throws'
  }
}
