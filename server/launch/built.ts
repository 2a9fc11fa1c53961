import { exposeCollector } from '../heap-at-rest.ts'
import { collectEarly, letNurseryGrow } from '../nursery.ts'
import { loadCompiled } from './compile-cache.ts'

/** Where the built server begins (`dist/server/main.js`). */
letNurseryGrow(false) // until it is ready
collectEarly()
exposeCollector() // before the cache, which belongs to one set of flags
void loadCompiled(() => import('../main.ts'))
