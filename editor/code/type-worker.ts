import ts from 'typescript-in-browser'
import { createTypeService, type TypeService } from './type-service.ts'

/** A question to the worker: a method of `TypeService` and what it takes. */
export interface TypeQuestion {
  readonly id: number
  readonly method: keyof TypeService
  readonly args: readonly unknown[]
}
export interface TypeAnswer {
  readonly id: number
  readonly value: unknown
}

// The compiler and its files are megabytes: they stand in the worker alone, and are loaded with it.
const sources = import.meta.glob<string>(
  '/../node_modules/typescript-in-browser/lib/lib.{es,decorators}*.d.ts',
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
)
const libs = new Map(
  Object.entries(sources).map(([path, text]) => [path.slice(path.lastIndexOf('/') + 1), text]),
)
const service = createTypeService(ts, libs)

self.onmessage = ({ data }: MessageEvent<TypeQuestion>) => {
  const call = service[data.method] as (...args: readonly unknown[]) => unknown
  self.postMessage({ id: data.id, value: call(...data.args) } satisfies TypeAnswer)
}
