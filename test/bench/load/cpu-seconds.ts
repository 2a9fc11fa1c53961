import { readFileSync } from 'node:fs'

/** The kernel counts CPU time in ticks of 10 ms on every machine that this runs on (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100

/** CPU time that processes have used so far, user and system, all threads. `NaN` where there is no /proc. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) / TICKS_PER_SECOND
}

function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // the name, in brackets, may hold blanks; what follows it are fields 3 and on, and times are 14 and 15
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN
    throw error
  }
}
