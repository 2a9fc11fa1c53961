import type { NodeStatusState } from '#kit/runtime/services.ts'
import { NotPortable, type Parcel, type PortableLimits, unpack } from './portable.ts'
import { sentences } from './sentences.ts'

type Level = 'info' | 'warn' | 'error'

/** What a sandbox may ask for. Everything has been looked at when it gets here. */
export interface EffectTakers {
  emit(port: number, message: Readonly<Record<string, unknown>>): void
  log(level: Level, text: string): void
  status(state: NodeStatusState, text: string | undefined): void
  set(key: string, value: unknown): void
  plan(kind: 'after' | 'every', id: number, ms: number): void
  cancel(id: number): void
  sleep(wish: number, ms: number): void
  /** The arguments are looked at where the call is made. */
  subtle(wish: number, method: unknown, args: unknown): void
  done(run: number): void
  failed(run: number, code: string, text: string, stack: string): void
  stray(code: string, text: string, stack: string): void
}

/** More than the realm lets through in one go: whoever sends it has taken the realm apart. */
const MAX_EFFECTS = 10_000

/** Does what came out of a sandbox, in order. Throws a `NodeError` at the first thing that no sandbox should say. */
export function runEffects(
  { text, bytes }: Parcel,
  limits: PortableLimits,
  outputs: number,
  take: EffectTakers,
): void {
  const value = (packed: unknown) => unpack(packed, bytes, limits)
  try {
    const effects = listOf(JSON.parse(text))
    if (effects.length > MAX_EFFECTS) throw new NotPortable('too many effects')
    for (const effect of effects) runEffect(listOf(effect), value, outputs, take)
  } catch (error) {
    if (!(error instanceof NotPortable || error instanceof SyntaxError || error instanceof RangeError))
      throw error
    throw sentences.failure('FUNCTION_RESULT', `What the function gave cannot be read: ${error.message}.`)
  }
}

function runEffect(
  [what, ...rest]: readonly unknown[],
  value: (packed: unknown) => unknown,
  outputs: number,
  take: EffectTakers,
): void {
  const read = readers.get(what)
  if (!read) throw new NotPortable('it asks for something unknown')
  read(take, rest, value, outputs)
}

type Reader = (
  take: EffectTakers,
  rest: readonly unknown[],
  value: (packed: unknown) => unknown,
  outputs: number,
) => void

/** What each word of the realm brings along. */
const readers: ReadonlyMap<unknown, Reader> = new Map<unknown, Reader>([
  [
    'emit',
    (take, [port, message], value, outputs) => take.emit(portOf(port, outputs), messageOf(value(message))),
  ],
  ['log', (take, [level, text]) => take.log(levelOf(level), textOf(text, 2_000))],
  [
    'status',
    (take, [state, text]) => take.status(stateOf(state), text === undefined ? text : textOf(text, 100)),
  ],
  ['set', (take, [key, kept], value) => take.set(textOf(key, 10_000), value(kept))],
  ['after', (take, [id, ms]) => take.plan('after', numberOf(id), numberOf(ms))],
  ['every', (take, [id, ms]) => take.plan('every', numberOf(id), numberOf(ms))],
  ['cancel', (take, [id]) => take.cancel(numberOf(id))],
  ['sleep', (take, [wish, ms]) => take.sleep(numberOf(wish), numberOf(ms))],
  ['subtle', (take, [wish, method, args]) => take.subtle(numberOf(wish), method, args)],
  ['done', (take, [run]) => take.done(numberOf(run))],
  [
    'failed',
    (take, [run, code, text, stack]) =>
      take.failed(numberOf(run), textOf(code, 100), textOf(text, 2_000), textOf(stack, 10_000)),
  ],
  [
    'stray',
    (take, [code, text, stack]) => take.stray(textOf(code, 100), textOf(text, 2_000), textOf(stack, 10_000)),
  ],
])

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new NotPortable('a list was expected')
}

function textOf(value: unknown, max: number): string {
  if (typeof value === 'string') return value.slice(0, max)
  throw new NotPortable('a text was expected')
}

function numberOf(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value
  throw new NotPortable('a number was expected')
}

function portOf(value: unknown, outputs: number): number {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) < outputs) return Number(value)
  throw new NotPortable('there is no such port')
}

function messageOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  if (!isRecord) throw new NotPortable('a message was expected')
  const { topic, ...rest }: Record<string, unknown> = { ...value }
  if (topic === undefined) return { payload: undefined, ...rest }
  return { payload: undefined, ...rest, topic: textOf(topic, 65_535) }
}

const levels: readonly Level[] = ['info', 'warn', 'error']
const states: readonly NodeStatusState[] = ['ok', 'busy', 'warn', 'error', 'idle']

function levelOf(value: unknown): Level {
  const level = levels.find((known) => known === value)
  if (level) return level
  throw new NotPortable('there is no such level')
}

function stateOf(value: unknown): NodeStatusState {
  const state = states.find((known) => known === value)
  if (state) return state
  throw new NotPortable('there is no such status')
}
