import { useCompileCache } from './compile-cache.ts'

/** Where the built server begins (`dist/server/main.js`). */
useCompileCache()
void import('../main.ts')
