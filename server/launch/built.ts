import { cacheCompiledCode } from './compile-cache.ts'

/** Where the built server begins (`dist/server/main.js`). */
cacheCompiledCode()
void import('../main.ts')
