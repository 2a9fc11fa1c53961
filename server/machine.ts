import { readFileSync } from 'node:fs'

/** What the system says of itself. */
export interface Machine {
  /** Names this run of the machine; the same for all where the system does not say it. */
  readonly boot: string
  /** Processes that were killed for want of memory since then. */
  readonly oomKills: number
}

/** Of Linux; see proc(5). */
export const readMachine = (): Machine => ({
  boot: readText('/proc/sys/kernel/random/boot_id').trim(),
  oomKills: Number(/^oom_kill (\d+)$/m.exec(readText('/proc/vmstat'))?.[1] ?? 0),
})

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // not on Linux
  }
}
