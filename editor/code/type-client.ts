import { browserClock } from '../flow/browser-clock.ts'
import type { Fault, Offer, TypeService } from './type-service.ts'
import type { TypeAnswer, TypeQuestion } from './type-worker.ts'
import type { FunctionText, Part } from './typed-function.ts'

/** How long the compiler is kept after the last editor has closed, in milliseconds: it holds some 50 MB. */
const KEEP_MS = 60_000

let worker: Worker | undefined
let isReady = false
let lastId = 0
const waiting = new Map<number, (value: unknown) => void>()
let users = 0
let end: { cancel(): void } | undefined

/** Starts the compiler, if it does not run, and keeps it until the answer is called. */
export function useTypes(): () => void {
  users++
  end?.cancel()
  if (!worker) start()
  return () => {
    users--
    if (users === 0) end = browserClock.after(KEEP_MS, stop)
  }
}

/** Whether the compiler has answered once: until then it is still loading. */
export const hasTypes = (): boolean => isReady

export const completeTyped = (text: FunctionText, part: Part, offset: number): Promise<readonly Offer[]> =>
  ask('complete', text, part, offset)
export const explainTyped = (text: FunctionText, part: Part, offset: number): Promise<string | undefined> =>
  ask('explain', text, part, offset)
export const checkTyped = (text: FunctionText): Promise<readonly Fault[]> => ask('check', text)

function start(): void {
  worker = new Worker(new URL('./type-worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }: MessageEvent<TypeAnswer>) => {
    isReady = true
    waiting.get(data.id)?.(data.value)
    waiting.delete(data.id)
  }
}

function stop(): void {
  worker?.terminate()
  worker = undefined
  isReady = false
  waiting.clear()
}

/** Never settles where the worker ends first: nobody is left who asked. */
function ask<Method extends keyof TypeService>(
  method: Method,
  ...args: Parameters<TypeService[Method]>
): Promise<ReturnType<TypeService[Method]>> {
  const id = ++lastId
  worker?.postMessage({ id, method, args } satisfies TypeQuestion)
  return new Promise((resolve) => {
    waiting.set(id, resolve as (value: unknown) => void)
  })
}
