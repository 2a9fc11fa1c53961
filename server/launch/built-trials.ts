import { loadCompiled } from './compile-cache.ts'

/** Where a thread for trials of flows begins in the built server (`dist/server/run-trials.js`). */
void loadCompiled(() => import('../try/run-trials.ts'))
