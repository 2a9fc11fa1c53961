import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { realClock } from '#server/engine/real-clock.ts'
import { openInbox } from './inbox.ts'

const child = fileURLToPath(new URL('./full-child.ts', import.meta.url))

test.skipIf(process.platform === 'win32')(
  'where files may not grow any more, it refuses, lives on, and has what it kept',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wirehouse-inbox-'))
    const path = join(folder, 'inbox.db')
    // a limit on each file, in blocks of 512 or 1,024 bytes: the system refuses as a full disk does
    const limited = ['-c', 'ulimit -f 600; exec "$0" "$@"', process.execPath, child, path]
    const keeping = spawn('sh', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(keeping, 'exit')
    const kept: number[] = []
    let refusal = ''
    for await (const line of createInterface(keeping.stdout)) {
      const [what, which = ''] = line.split(' ')
      if (what === 'kept') kept.push(Number(which))
      else {
        refusal = which
        keeping.kill('SIGKILL')
      }
    }
    expect([refusal, await exit]).toEqual(['DISK_FULL', [null, 'SIGKILL']])
    const inbox = openInbox({ path, clock: realClock })
    await inbox[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
    expect(kept.length).toBeGreaterThan(10)
    expect(inbox.left.map(({ number }) => number)).toEqual(kept)
  },
)
