import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'
import { LongFirst } from './test/rig/long-first.ts'

/** They look at the memory and the threads of their process, or end it: each has one of its own. */
const apart = [
  'server/{hosts,broker,bridges,user-code,try}/**/*.test.ts',
  '{nodes,server,test}/**/*{memory,heap,kill}*.test.ts',
]
const ofAll = '{nodes,flows,server,editor,test}/**/*.test.{ts,tsx}'

export default defineConfig({
  test: {
    pool: 'forks',
    // Most of them wait most of the time: for a browser, a start, a moment to pass.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    sequence: { sequencer: LongFirst },
    // Threads and processes that begin from sources find them stripped of their types, and compiled.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A condition is waited for, however busy the machine is.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      {
        extends: true,
        // What they import is loaded once for many, and one Chromium serves the files of a process.
        test: {
          name: 'together',
          isolate: false,
          include: [ofAll],
          exclude: [...configDefaults.exclude, ...apart],
        },
      },
    ],
  },
})
