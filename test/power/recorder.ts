import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Whether the recorder can be built here: Linux with a C compiler. */
export const canRecord = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

/** Milliseconds that a sync takes longer than this machine's disk needs: as on an SD card, much can happen meanwhile. */
const SYNC_MS = 2

/** Builds the recorder into a folder; answers the environment with which a process is recorded. */
export function recorderFor(
  build: string,
  dataDir: string,
): { readonly journal: string; readonly env: Readonly<Record<string, string>> } {
  const library = join(build, 'recorder.so')
  const journal = join(build, 'journal')
  const source = join(import.meta.dirname, 'recorder.c')
  execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread'])
  return {
    journal,
    env: {
      LD_PRELOAD: library,
      POWER_LOG: journal,
      POWER_FOLDER: dataDir,
      POWER_SYNC_US: String(SYNC_MS * 1_000),
      UV_USE_IO_URING: '0', // system calls through it would not be seen
    },
  }
}
