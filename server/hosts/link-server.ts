import type { LinkShape } from '#kit/runtime/implement-connection.ts'
import type { LinkAnswer, LinkRequest, LinkUse } from './links.ts'
import { packError, unpackError } from './sent-error.ts'

type Members = Readonly<Record<string, ((...args: readonly unknown[]) => unknown) | undefined>>

export interface LinkServerOptions {
  /** The link of a connection that the host's flows use, and its shape. */
  readonly linkOf: (connection: string) => { readonly link: unknown; readonly shape: LinkShape } | undefined
  readonly send: (answer: LinkAnswer) => void
  /** A listener could not be set up. */
  readonly onProblem: (connection: string, error: unknown) => void
}

/** The core's end of a host's links: calls what the host asks for, as far as the link's shape allows. */
export class LinkServer implements Disposable {
  readonly #options: LinkServerOptions
  readonly #listening = new Map<number, Disposable>()
  readonly #hearings = new Map<number, PromiseWithResolvers<void>>()
  #lastHearing = 0
  #isClosed = false

  constructor(options: LinkServerOptions) {
    this.#options = options
  }

  take(request: LinkRequest): void {
    if (request.kind === 'close') this.#close(request.id)
    else if (request.kind === 'heard') this.#heard(request.id, request.error && unpackError(request.error))
    else if (request.kind === 'call') void this.#call(request.id, request.use)
    else this.#listen(request.id, request.use, request.kind === 'deliver')
  }

  /** The host is gone: nobody listens any more, and what it had not answered has failed. */
  [Symbol.dispose](): void {
    this.#isClosed = true
    for (const id of [...this.#listening.keys()]) this.#close(id)
    for (const id of [...this.#hearings.keys()])
      this.#heard(id, new Error('The thread of this flow was ended before it had answered.'))
  }

  async #call(id: number, use: LinkUse): Promise<void> {
    try {
      this.#answer({ kind: 'answered', id, value: await this.#reach(use, use.args) })
    } catch (error) {
      this.#answer({ kind: 'answered', id, error: packError(error) })
    }
  }

  #answer(answer: LinkAnswer): void {
    if (!this.#isClosed) this.#options.send(answer)
  }

  #listen(id: number, use: LinkUse, isAnswered: boolean): void {
    const listener = (...args: readonly unknown[]): Promise<void> => {
      const hearing = ++this.#lastHearing
      const heard = Promise.withResolvers<void>()
      if (isAnswered) this.#hearings.set(hearing, heard)
      else heard.resolve()
      this.#answer({ kind: 'said', id, hearing, args })
      return heard.promise
    }
    try {
      const listening = this.#reach(use, use.args.with(use.listenerAt ?? -1, listener))
      this.#listening.set(id, listening as Disposable)
    } catch (error) {
      this.#options.onProblem(use.connection, error)
    }
  }

  /** Follows the path through the link, and calls the member at its end. */
  #reach({ connection, path, member }: LinkUse, args: readonly unknown[]): unknown {
    const found = this.#options.linkOf(connection)
    if (!found) throw new Error(`The connection "${connection}" is not open.`)
    let { link, shape } = found
    for (const [part, partArgs] of path) {
      const inner = Object.hasOwn(shape, part) ? shape[part] : undefined
      if (typeof inner !== 'object') throw new Error(`A link has no part "${part}".`)
      link = (link as Members)[part]?.(...partArgs)
      shape = inner
    }
    if (!Object.hasOwn(shape, member) || typeof shape[member] !== 'string')
      throw new Error(`A link has no member "${member}".`)
    return (link as Members)[member]?.(...args)
  }

  #close(id: number): void {
    this.#listening.get(id)?.[Symbol.dispose]()
    this.#listening.delete(id)
  }

  #heard(id: number, error: Error | undefined): void {
    const hearing = this.#hearings.get(id)
    this.#hearings.delete(id)
    if (error) hearing?.reject(error)
    else hearing?.resolve()
  }
}
