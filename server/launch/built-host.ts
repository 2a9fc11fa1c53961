import { loadCompiled } from './compile-cache.ts'

/** Where a thread of flows begins in the built server (`dist/server/run-host.js`). */
void loadCompiled(() => import('../hosts/run-host.ts'))
