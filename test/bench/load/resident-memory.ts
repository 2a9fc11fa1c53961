import { existsSync, readFileSync } from 'node:fs'

/** Resident memory of processes together, in MB. `NaN` where there is no /proc. */
export const residentMb = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + residentKb(pid), 0) / 1_024

function residentKb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN
    throw error
  }
}

/** The processes that one has started itself. Empty where there is no /proc. */
export function childrenOf(pid: number | undefined): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : []
}
