import type { CodeService } from '#kit/runtime/services.ts'
import { SandboxHomes } from './sandbox-homes.ts'
import { composeSource } from './sandbox-source.ts'
import { SandboxedFlow } from './sandboxed-flow.ts'
import { SandboxedFunction } from './sandboxed-function.ts'

export interface SandboxOptions {
  /** Milliseconds a function may run without a pause. */
  readonly stuckMs?: number
  /** What the functions of one flow may keep in memory, in MB. */
  readonly flowMb?: number
  /** What flows that share a memory may keep together, in MB; beyond, the largest gets one of its own. */
  readonly sharedMb?: number
  /** What all flows with a memory of their own may keep, in MB; beyond, the largest starts anew. */
  readonly totalMb?: number
  /** Milliseconds that only ever grow. */
  readonly elapsed?: () => number
  /** Milliseconds for which the thread has been at work. */
  readonly worked?: () => number
  readonly log?: (level: 'warn', text: string) => void
}

export interface SandboxedCodeService extends CodeService {
  /** The size of all its memories. It sees to their bounds itself. */
  readonly memoryBytes: number
}

const MB = 1024 * 1024
/** Of a flow's memory, what one function of it may take. */
const SHARE = 0.92

function threadTime(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/**
 * Runs functions of flows that nobody vouches for: in QuickJS, compiled to WebAssembly, in the thread of the
 * caller. Nothing but copies of plain values crosses its border, and each run ends within its deadline.
 */
export function createSandboxedCodeService(options: SandboxOptions = {}): SandboxedCodeService {
  const {
    stuckMs = 250,
    flowMb = 16,
    sharedMb = 4,
    totalMb = 48,
    elapsed = () => performance.now(),
  } = options
  const { worked = threadTime } = options
  const flows = new Map<string, SandboxedFlow>()
  const homes = new SandboxHomes(
    { flowBytes: flowMb * MB, sharedBytes: sharedMb * MB, totalBytes: totalMb * MB },
    (text) => options.log?.('warn', text),
  )

  function flowOf(id: string): SandboxedFlow {
    const known = flows.get(id)
    if (known) return known
    const flow = new SandboxedFlow(id, homes, () => {
      if (flows.get(id) === flow) flows.delete(id)
    })
    flows.set(id, flow)
    return flow
  }

  return {
    get memoryBytes() {
      return homes.memoryBytes
    },
    compile(source, around) {
      const composed = composeSource(source)
      const limits = { stuckMs, maxBytes: flowMb * MB * SHARE, elapsed, worked }
      return new SandboxedFunction(source, composed, around, flowOf(source.flow), limits)
    },
  }
}
