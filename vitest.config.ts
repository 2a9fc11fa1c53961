import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{nodes,flows,server,editor,test}/**/*.test.{ts,tsx}'],
    pool: 'forks',
    // Most of them wait most of the time: for a browser, a start, a moment to pass.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A condition is waited for, however busy the machine is.
    expect: { poll: { timeout: 20_000, interval: 20 } },
  },
})
