import { type ComponentType, lazy, Suspense, useState, useSyncExternalStore } from 'react'

const loads = new Set<() => Promise<unknown>>()
let hasBegun = false
let whenLoadable = (): Promise<void> => Promise.resolve()

/** What is loaded at the first sign of a person; at once if there was one. */
export function loadEarly(load: () => Promise<unknown>): void {
  if (hasBegun) whenLoadable().then(load).catch(noticedElsewhere)
  else loads.add(load)
}

/** The app says it, where parts are missing. */
const noticedElsewhere = () => undefined

const Nothing = () => null

/** As React's own `lazy`; but what cannot be fetched leaves a gap, and takes nothing else with it. */
export const later = <Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Instead: ComponentType<Props> = Nothing,
) =>
  lazy(async () => {
    await whenLoadable()
    return { default: await load().catch(insteadOf(Instead)) }
  })

const insteadOf =
  <Props extends object>(Instead: ComponentType<Props>) =>
  (error: unknown): ComponentType<Props> => {
    reportError(error)
    return Instead
  }

interface Apart<Props extends object> {
  readonly Part: ComponentType<Props>
  /** Fetches it, before it is shown. */
  readonly load: () => Promise<unknown>
}

/** A component that is loaded when it is first shown, or before. Meanwhile `Instead` keeps its place. */
export function apart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Instead?: ComponentType<Props>,
): Apart<Props> {
  let loaded: ComponentType<Props> | undefined
  const loadOnce = async () => {
    loaded ??= await load()
    return loaded
  }
  const Awaited = later(loadOnce, Instead)
  const Part = (props: Props) => {
    // React shows what it had to wait for a third of a second late, even where the wait was none
    const [Content] = useState(() => loaded ?? Awaited)
    return (
      <Suspense fallback={Instead && <Instead {...props} />}>
        <Content {...props} />
      </Suspense>
    )
  }
  return { Part, load: loadOnce }
}

/**
 * A part of a page that is loaded apart from it, when it is first shown or when somebody has begun to work on the page,
 * whichever comes first: the page is there sooner, and nobody waits for the part.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Instead?: ComponentType<Props>,
): ComponentType<Props> {
  const part = apart(load, Instead)
  loadEarly(part.load)
  return part.Part
}

/** A part that waits for something to happen: nothing of it is there before somebody has begun to work on the page. */
export function waitingPart(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined
  const listeners = new Set<() => void>()
  const listen = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  loadEarly(async () => {
    loaded ??= await load()
    for (const listener of listeners) listener()
  })
  return () => {
    const Part = useSyncExternalStore(listen, () => loaded)
    return Part && <Part />
  }
}

const signs = ['pointermove', 'pointerdown', 'keydown', 'dragenter'] as const

/** Loads all parts at the first sign of a person, once they can be. Called once. */
export function loadPartsWhenNeeded(canLoad: () => Promise<void>): void {
  whenLoadable = canLoad
  const begin = () => {
    hasBegun = true
    for (const sign of signs) window.removeEventListener(sign, begin, true)
    for (const load of loads) whenLoadable().then(load).catch(noticedElsewhere)
  }
  for (const sign of signs) window.addEventListener(sign, begin, { capture: true, passive: true })
}
