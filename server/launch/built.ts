import { letNurseryGrow } from '../nursery.ts'
import { cacheCompiledCode } from './compile-cache.ts'

/** Where the built server begins (`dist/server/main.js`). */
letNurseryGrow(false) // until it is ready
cacheCompiledCode()
void import('../main.ts')
