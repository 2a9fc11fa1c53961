/** What goes wrong with the next calls, one fault a call, in the order in which they were planned. */
export type TelegramFault = (
  | { readonly kind: 'status'; readonly status: number }
  /** 429: the call must come again after these seconds. */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** The connection breaks before the call has done anything. */
  | { readonly kind: 'reset-before' }
  /** The call has had its effect, and then the connection breaks. */
  | { readonly kind: 'reset-after' }
  /** No answer ever comes; nothing is done. */
  | { readonly kind: 'hang' }
  /** Done at once, answered late, by the server's clock. */
  | { readonly kind: 'slow'; readonly ms: number }
) & {
  /** Only calls of this method. */
  readonly method?: string
}

export class Faults {
  #planned: TelegramFault[] = []

  plan(fault: TelegramFault, times: number): void {
    for (let i = 0; i < times; i++) this.#planned.push(fault)
  }

  clear(): void {
    this.#planned = []
  }

  /** The fault for a call of this method, which is then used up. */
  next(method: string): TelegramFault | undefined {
    const index = this.#planned.findIndex((fault) => (fault.method?.toLowerCase() ?? method) === method)
    return index < 0 ? undefined : this.#planned.splice(index, 1)[0]
  }
}
