import type { Place } from '#flows/flow.ts'
import type { LayoutTask } from './lay-out.ts'

/** Lays out in a thread of its own: a large flow takes a second, in which the page goes on. Loaded on first use. */
export function layOutApart(task: LayoutTask): Promise<ReadonlyMap<string, Place>> {
  const worker = new Worker(new URL('./lay-out.worker.ts', import.meta.url), { type: 'module' })
  const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, Place>>()
  worker.onmessage = ({ data }: MessageEvent<ReadonlyMap<string, Place>>) => resolve(data)
  worker.onerror = (event) => reject(new Error(`Laying out the flow: ${event.message}`))
  worker.postMessage(task)
  return promise.finally(() => worker.terminate())
}
