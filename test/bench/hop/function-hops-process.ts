import { hardenThread } from '#server/user-code/harden-thread.ts'
import { measureFunctionHops } from './function-hops.ts'

// A process of its own, because it is hardened as the thread of a flow host is. Says on its output what it
// has measured, as JSON.

hardenThread()
process.stdout.write(JSON.stringify(await measureFunctionHops()))
