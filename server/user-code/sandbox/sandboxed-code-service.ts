import type { CodeService } from '#kit/runtime/services.ts'
import { composeSource } from './sandbox-source.ts'
import { SandboxedFlow } from './sandboxed-flow.ts'
import { SandboxedFunction } from './sandboxed-function.ts'

export interface SandboxOptions {
  /** Milliseconds a function may run without a pause. */
  readonly stuckMs?: number
  /** What the functions of one flow may keep in memory, in MB. */
  readonly flowMb?: number
  /** What the functions of all flows may keep in memory, in MB, beyond what each is furnished with; above, the largest flow starts anew. */
  readonly totalMb?: number
  /** Milliseconds that only ever grow. */
  readonly elapsed?: () => number
  /** Milliseconds for which the thread has been at work. */
  readonly worked?: () => number
  readonly log?: (level: 'warn', text: string) => void
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
export function createSandboxedCodeService(options: SandboxOptions = {}): CodeService {
  const { stuckMs = 250, flowMb = 16, totalMb = 64, elapsed = () => performance.now() } = options
  const { worked = threadTime } = options
  const flows = new Map<string, SandboxedFlow>()

  function check(): void {
    let total = 0
    for (const flow of flows.values()) total += flow.bytes
    if (total <= totalMb * MB) return
    const [id, largest] = [...flows].reduce((a, b) => (b[1].bytes > a[1].bytes ? b : a))
    options.log?.(
      'warn',
      `The functions of flow ${id} keep the most of too much memory, and start anew. What they kept outside of state is gone.`,
    )
    largest.renew()
  }

  function flowOf(id: string): SandboxedFlow {
    const known = flows.get(id)
    if (known) return known
    const flow = new SandboxedFlow(flowMb * MB, check, () => {
      if (flows.get(id) === flow) flows.delete(id)
    })
    flows.set(id, flow)
    return flow
  }

  return {
    compile(source, around) {
      const composed = composeSource(source)
      const limits = { stuckMs, maxBytes: flowMb * MB * SHARE, elapsed, worked }
      return new SandboxedFunction(source, composed, around, flowOf(source.flow), limits)
    },
  }
}
