// `npm start`: installs and builds what is missing, then runs the server.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, isNodeNewEnough, nodePath, root } from './install.mjs'

ensureInstalled()
ensureBuilt()

const main = join(root, 'dist/server/main.js')
/**
 * The memory that glibc gives to threads comes out of two pools, not out of one for each: 2 MB less, 8 under load.
 * And what is large goes back to the system as soon as it is free: glibc would raise the threshold to 32 MB by itself,
 * and 300 MB of a thread that has ended would stay.
 */
const env = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
  ...process.env,
}
/**
 * What V8 gives new objects of the main thread grows to 4 MB, not to 32: a collection is shorter, and 60 MB less under
 * load. And its built-in functions stay where they are: V8 would map them once more for each thread, 2 MB each.
 */
const flags = ['--max-semi-space-size=4', '--no-short-builtin-calls']
if (isNodeNewEnough() && 'execve' in process) become(process.execPath)
else if (isNodeNewEnough()) await import(main)
else runIn(nodePath())

/** The server takes the place of this process: what installing and building needs does not stay in its memory. */
function become(node) {
  process.removeAllListeners('warning') // execve counts as experimental, which is nothing to tell a person
  process.execve(node, [node, ...flags, main, ...process.argv.slice(2)], env)
}

/** The first start on a machine with an older Node: later ones find the pinned Node in npm's path. */
function runIn(node) {
  const child = spawn(node, [...flags, main, ...process.argv.slice(2)], { stdio: 'inherit', env })
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 0 : 1)))
}
