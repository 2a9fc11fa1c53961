import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import type { NodeError } from '#kit/runtime/node-error.ts'
import { sentenceOf } from '#kit/sentence.ts'
import { FunctionBody } from './function-body.ts'
import { type Answer, type Command, cells } from './protocol.ts'

// The thread that runs what users wrote. It holds nothing of value: no environment, no files open, no
// secrets. It may be ended at any moment; the core then starts another and asks again.

/** A busy thread answers at least this often, in milliseconds, so that what is done need not be done again. */
const ANSWER_EVERY_MS = 20

const port = parentPort
if (!port) throw new Error('user-code-thread runs as a worker thread')
const shared: Int32Array = workerData.cells
const bodies = new Map<number, FunctionBody>()
/** Calls that have begun and not ended, by their slot. */
const running = new Map<number, number>()

/** What a function takes before it keeps anything, in bytes: a context of V8 and its furniture, 180 kB measured. */
const FUNCTION_BYTES = 256 * 1024

/** How often the thread looks at what the functions keep, in milliseconds. */
const MEASURE_EVERY_MS = 1_000

let answers: Answer[] = []
let answeredAt = 0
let measuredAt = 0

function answer(next: Answer): void {
  if (answers.push(next) === 1) setImmediate(flush)
  else if (performance.now() - answeredAt > ANSWER_EVERY_MS) flush()
}

function flush(): void {
  answeredAt = performance.now()
  if (answers.length === 0) return
  if (isFull()) answers.push({ kind: 'full' })
  const batch = answers
  answers = []
  port?.postMessage(batch)
}

function isFull(): boolean {
  if (answeredAt - measuredAt < MEASURE_EVERY_MS) return false
  measuredAt = answeredAt
  const { used_heap_size, external_memory } = getHeapStatistics()
  const allowed = workerData.maxHeapBytes + bodies.size * FUNCTION_BYTES
  return used_heap_size + external_memory > allowed
}

const watch = (slot: number) => ({
  enter() {
    Atomics.store(shared, cells.call, running.get(slot) ?? 0)
    Atomics.add(shared, cells.turn, 1)
    Atomics.store(shared, cells.slot, slot)
  },
  leave() {
    Atomics.store(shared, cells.slot, 0)
  },
})

type Handlers = { readonly [K in Command['kind']]: (command: Extract<Command, { kind: K }>) => void }

const handlers: Handlers = {
  compile({ slot, source }) {
    try {
      bodies.set(slot, new FunctionBody(source, watch(slot)))
      answer({ kind: 'compiled', slot })
    } catch (error) {
      answer({ kind: 'compiled', slot, error: sentenceOf(error as NodeError) })
    }
  },
  drop({ slot }) {
    bodies.delete(slot)
  },
  call({ slot, call, message, state, now }) {
    bodies.get(slot)?.call({ message, state, now, begin: () => running.set(slot, call) }, (outcome) => {
      running.delete(slot)
      answer({ kind: 'settled', call, outcome })
    })
  },
  skip({ slot, call }) {
    if (running.get(slot) !== call) return
    running.delete(slot)
    bodies.get(slot)?.skip()
  },
}

function handle<K extends Command['kind']>(command: Extract<Command, { kind: K }>): void {
  const handler = handlers[command.kind] as (command: Command) => void
  handler(command)
}

/**
 * Takes the way from any object of this thread's realm to running text as code, and from there to
 * `process`: a function that got hold of one (the promise of an `import()`, say) gains nothing by it.
 */
function closeWaysOut(): void {
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}]
  for (const kind of kinds) Reflect.deleteProperty(Object.getPrototypeOf(kind), 'constructor')
  for (const name of ['kill', 'exit', 'reallyExit', 'abort', 'dlopen', 'getBuiltinModule', 'binding'])
    Reflect.deleteProperty(process, name)
}

const stray = (error: unknown) => {
  let text = 'something that cannot be shown'
  try {
    text = error instanceof Error ? error.message : String(error)
  } catch {
    text = 'something whose text throws'
  }
  answer({ kind: 'stray', text: text.slice(0, 500) })
}

process.on('unhandledRejection', stray)
process.on('uncaughtException', stray)
closeWaysOut()
port.on('message', (commands: readonly Command[]) => {
  for (const command of commands) handle(command)
})
