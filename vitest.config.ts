import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{nodes,flows,server,editor,test}/**/*.test.{ts,tsx}'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A condition is waited for, however busy the machine is.
    expect: { poll: { timeout: 20_000, interval: 20 } },
  },
})
