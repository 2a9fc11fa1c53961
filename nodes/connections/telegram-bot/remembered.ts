import type * as z from 'zod'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'

/** One value of a bot that lasts over a restart. */
export class Remembered<Value> {
  readonly #context: Pick<ConnectionContext, 'id' | 'services'>
  readonly #key: string
  #value: Value

  constructor(
    context: Pick<ConnectionContext, 'id' | 'services'>,
    key: string,
    schema: z.ZodType<Value>,
    fallback: Value,
  ) {
    this.#context = context
    this.#key = key
    const known = schema.safeParse(context.services.posts.recall(context.id, key))
    this.#value = known.success ? known.data : fallback
  }

  get value(): Value {
    return this.#value
  }

  /** Holds at once; on disk when it resolves. */
  async set(value: Value): Promise<void> {
    this.#value = value
    await this.#context.services.posts.remember(this.#context.id, this.#key, value)
  }
}
