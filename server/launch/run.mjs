// Runs the built server as it wants to be run: the service and the image begin here, and `npm start` after its set-up.
import { readFileSync, realpathSync } from 'node:fs'
import { argv, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))
/**
 * Environment: the memory that glibc gives to threads comes out of two pools, not out of one for each: 2 MB less, 8
 * under load. And what is large goes back to the system as soon as it is free: glibc would raise the threshold to 32 MB
 * by itself, and 300 MB of a thread that has ended would stay.
 *
 * Flags: what V8 gives new objects of the main thread grows to 4 MB, not to 32: a collection is shorter, and 60 MB less
 * under load. Its built-in functions stay where they are: V8 would map them once more for each thread, 2 MB each. And
 * one thread of V8's own helps with collections and compiling, not four: where core and hosts are at work on all
 * processors of a Pi, each more takes a time slice of 4 ms from a message that is on its way. And a function is
 * compiled anew and better after 6,000 calls, not after 400, which a start comes to with a hundred functions at once:
 * their compilers would leave 12 MB of holes with a thousand flows, and 7 MB of pages of their own program with any.
 * What messages go through comes to it within a moment of load.
 */
const { flags, env } = JSON.parse(readFileSync(new URL('node-options.json', import.meta.url), 'utf8'))

/** What a process is given that shall be the server; before its own arguments. */
export const serverArguments = [...flags, main]
export const serverEnvironment = { ...env, ...process.env }

/** The server takes the place of this process: what installing and building needs does not stay in its memory. */
export async function becomeServer() {
  if (!('execve' in process)) return void (await import(main))
  process.removeAllListeners('warning') // execve counts as experimental, which is nothing to tell a person
  process.execve(execPath, [execPath, ...serverArguments, ...argv.slice(2)], serverEnvironment)
}

if (argv[1] && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) await becomeServer()
