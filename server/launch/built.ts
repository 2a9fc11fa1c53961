import { exposeCollector } from '../heap-at-rest.ts'
import { letNurseryGrow } from '../nursery.ts'
import { cacheCompiledCode } from './compile-cache.ts'

/** Where the built server begins (`dist/server/main.js`). */
letNurseryGrow(false) // until it is ready
exposeCollector() // before the cache, which belongs to one set of flags
cacheCompiledCode()
void import('../main.ts')
