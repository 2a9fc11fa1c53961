import type { Message } from '#kit/message.ts'
import type { Settlement } from '#kit/runtime/implement-node.ts'
import type {
  CodeService,
  FunctionSource,
  FunctionSurroundings,
  UserFunction,
} from '#kit/runtime/services.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface FunctionRigOptions extends Partial<Omit<FunctionSource, 'code'>> {
  readonly clock?: VirtualClock
  /** What stands behind the outputs. */
  readonly downstream?: (message: Message) => Settlement
}

/** A function without a node: what it did to its surroundings, in order. */
export interface FunctionRig {
  readonly clock: VirtualClock
  readonly fn: UserFunction
  readonly sent: readonly { readonly port: number; readonly message: Message }[]
  readonly logs: readonly string[]
  readonly reports: readonly unknown[]
  readonly state: Readonly<Record<string, unknown>>
  readonly payloads: readonly unknown[]
  call(payload: unknown, more?: object): Settlement
}

export async function functionRig(
  service: CodeService,
  code: string,
  { clock = new VirtualClock(), downstream, ...source }: FunctionRigOptions = {},
): Promise<FunctionRig> {
  const sent: { port: number; message: Message }[] = []
  const logs: string[] = []
  const reports: unknown[] = []
  const values = new Map<string, unknown>()
  let lastId = 0
  const around: FunctionSurroundings = {
    clock,
    state: {
      get: (key) => values.get(key),
      set: (key, value) => void (value === undefined ? values.delete(key) : values.set(key, value)),
      entries: () => Object.fromEntries(values),
      kept: async () => {},
    },
    emit(port, message) {
      sent.push({ port, message })
      return downstream?.(message)
    },
    message: (draft) => ({ ...draft, id: draft.id ?? `new${++lastId}`, payload: draft.payload }),
    log: (level, text) => void logs.push(`${level} ${text}`),
    status: (state, text) => void logs.push(`status ${state} ${text ?? ''}`),
    report: (error) => void reports.push(error),
    work: (run) => run(),
  }
  const fn = await service.compile(
    {
      ...{ flow: 'house', node: 'fn', language: 'javascript', setup: '', teardown: '', code },
      ...{ outputs: 1, outputNames: [], timeoutMs: 10_000, env: {} },
      ...source,
    },
    around,
  )
  try {
    await fn.start()
  } catch (error) {
    await fn[Symbol.asyncDispose]()
    throw error
  }
  return {
    ...{ clock, fn, sent, logs, reports },
    get payloads() {
      return sent.map(({ message }) => message.payload)
    },
    get state() {
      return Object.fromEntries(values)
    },
    call: (payload, more = {}) => fn.call({ id: 'm', payload, ...more }),
  }
}

/** Leads rejections that nobody handled to a function, as a host does, until it is disposed of. */
export function strayRejections(tell: (reason: unknown, promise: unknown) => void): Disposable {
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', tell)
  return {
    [Symbol.dispose]() {
      process.removeAllListeners('unhandledRejection')
      for (const listener of listeners) process.on('unhandledRejection', listener)
    },
  }
}
