import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { NodeError } from '#kit/runtime/node-error.ts'

/** The npm packages that an owner lets functions use. They run in the host's own context, with all that it can do. */
export class Libraries {
  readonly #allowed: ReadonlySet<string>
  readonly #folder: string

  constructor(allowed: readonly string[], folder = '.') {
    this.#allowed = new Set(allowed)
    this.#folder = folder
  }

  load(name: string): unknown {
    if (!this.#allowed.has(name))
      throw new NodeError(
        'LIBRARY_NOT_ALLOWED',
        `The library "${name}" is not allowed. An owner can allow it in the settings of the server.`,
        { field: 'code', values: { name } },
      )
    try {
      return createRequire(resolve(this.#folder, 'functions.js'))(name)
    } catch (cause) {
      throw new NodeError(
        'LIBRARY_MISSING',
        `The library "${name}" is allowed, but could not be loaded. Install it where the server looks for it.`,
        { cause, field: 'code', values: { name } },
      )
    }
  }
}
