import { rmSync } from 'node:fs'

// Clears up behind the benchmark, however it ends: the channel to it closes in any case.

export type KeeperCommand =
  | { readonly kind: 'keep'; readonly pid: number }
  | { readonly kind: 'release'; readonly pid: number }
  | { readonly kind: 'folder'; readonly path: string }

const pids = new Set<number>()
const folders = new Set<string>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

process.on('message', (command: KeeperCommand) => {
  if (command.kind === 'folder') folders.add(command.path)
  else if (command.kind === 'keep') pids.add(command.pid)
  else pids.delete(command.pid)
})
process.on('disconnect', () => {
  for (const pid of pids) end(pid)
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.exit()
})

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
