import { cacheCompiledCode } from './compile-cache.ts'

/** Where a thread of flows begins in the built server (`dist/server/run-host.js`). */
cacheCompiledCode()
void import('../hosts/run-host.ts')
