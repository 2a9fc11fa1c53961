import { type ComponentType, lazy, Suspense, useState } from 'react'

const loads = new Set<() => Promise<unknown>>()
let hasBegun = false

/** What is loaded at the first sign of a person; at once if there was one. */
export function loadEarly(load: () => Promise<unknown>): void {
  if (hasBegun) load().catch(() => undefined)
  else loads.add(load)
}

/**
 * A part of a page that is loaded apart from it, when it is first shown or when somebody has begun to work on the page,
 * whichever comes first: the page is there sooner, and nobody waits for the part.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined
  const loadOnce = async () => {
    loaded ??= await load()
    return loaded
  }
  const Awaited = lazy(async () => ({ default: await loadOnce() }))
  loadEarly(loadOnce)
  return (props) => {
    // React shows what it had to wait for a moment late, even where the wait was none
    const [Part] = useState(() => loaded ?? Awaited)
    return (
      <Suspense>
        <Part {...props} />
      </Suspense>
    )
  }
}

const signs = ['pointermove', 'pointerdown', 'keydown'] as const

/** Loads all parts at the first sign of a person. Called once. */
export function loadPartsWhenNeeded(): void {
  const begin = () => {
    hasBegun = true
    for (const sign of signs) window.removeEventListener(sign, begin, true)
    // without the network a part is asked for again when it is shown
    for (const load of loads) load().catch(() => undefined)
  }
  for (const sign of signs) window.addEventListener(sign, begin, { capture: true, passive: true })
}
