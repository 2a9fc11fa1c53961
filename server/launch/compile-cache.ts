import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Loads a thread's program with what V8 compiled of it before, kept in `dist/server/compiled`: it takes a third
 * less time, and does without the memory that compiling leaves behind. Where the folder cannot be written, it is
 * compiled each time. Node holds the files that it has read until they are flushed: that is memory of their size.
 */
export async function loadCompiled(load: () => Promise<unknown>): Promise<void> {
  enableCompileCache(join(fileURLToPath(new URL('.', import.meta.url)), 'compiled'))
  await load()
  flushCompileCache()
}
