import { cloneElement, type ReactElement } from 'react'

// biome-ignore lint/suspicious/noExplicitAny: any element, whatever its props are
export type AnyElement = ReactElement<any>
type Props = Readonly<Record<string, unknown>>
type Handler = (event: { readonly defaultPrevented: boolean }) => void

const isHandler = (value: unknown): value is Handler => typeof value === 'function'

/** The element with more props. Where it handles an event itself, it comes first, and may prevent the rest. */
export function extendElement(element: AnyElement, more: Props): AnyElement {
  const own = element.props as Props
  const props = Object.entries(more).map(([name, value]) => [name, both(own[name], value)])
  return cloneElement(element, Object.fromEntries(props))
}

function both(own: unknown, more: unknown): unknown {
  if (!isHandler(own) || !isHandler(more)) return more ?? own
  const handle: Handler = (event) => {
    own(event)
    if (!event.defaultPrevented) more(event)
  }
  return handle
}
