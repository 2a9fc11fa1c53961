import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { isEditable } from '../ui/is-editable.ts'
import { isMac, readKeys } from '../ui/keys.ts'
import { type Action, type Actions, type Context, contexts, type Scopes } from './action.ts'
import { singleKeys } from './single-keys.ts'

/** An action that can be asked for now: the part of the page that it belongs to is open. */
export interface LiveAction {
  readonly context: Context
  readonly action: Action<never>
  readonly isEnabled: (keys?: string) => boolean
  readonly run: (keys?: string) => void
}

interface Standing {
  readonly context: Context
  readonly live: readonly LiveAction[]
  /** Whether its keys count for what is pressed there. */
  readonly hears: (target: EventTarget | null) => boolean
}

const standing = new Set<Standing>()

interface ScopeOptions {
  /** Keys count only in there; left out: everywhere on the page. */
  readonly root?: RefObject<HTMLElement | null>
}

/** Offers the actions of a context for as long as the part of the page stands, and gives them what they work with. */
export function useActions<Name extends Context>(
  context: Name,
  actions: Actions<Name>,
  scope: Scopes[Name],
  { root }: ScopeOptions = {},
): void {
  const latest = useRef(scope)
  useLayoutEffect(() => {
    latest.current = scope
  })
  useEffect(() => {
    const part: Standing = {
      context,
      live: actions.map((action) => ({
        context,
        action,
        isEnabled: (keys) => action.isEnabled?.(latest.current, keys) ?? true,
        run: (keys) => action.run(latest.current, keys),
      })),
      hears: (target) => !root || (target instanceof Node && (root.current?.contains(target) ?? false)),
    }
    standing.add(part)
    return () => void standing.delete(part)
  }, [context, actions, root])
}

const byContext = (): readonly Standing[] =>
  [...standing].sort((a, b) => contexts.indexOf(b.context) - contexts.indexOf(a.context))

/** All that can be asked for now, the narrowest context first. */
export const liveActions = (): readonly LiveAction[] => byContext().flatMap(({ live }) => live)

/** One of them, if its part of the page is open. */
export const findAction = (id: string): LiveAction | undefined =>
  liveActions().find(({ action }) => action.id === id)

/** Its keys count wherever the focus is. */
const isWide = (context: Context): boolean => context === 'everywhere' || context === 'flow'

/** Answers whether the keys meant something. */
function runKeys(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false
  const keys = readKeys(event, isMac)
  if (keys === undefined) return false
  const isTyping = isEditable(event.target)
  const isSign = keys.length === 1 && !singleKeys.use.getState().isOn
  const found = byContext()
    .filter(({ context, hears }) => hears(event.target) && !(isSign && isWide(context)))
    .flatMap(({ live }) => live)
    .find(
      ({ action, isEnabled }) =>
        action.keys?.includes(keys) &&
        !action.isBrowsersOwn &&
        (!isTyping || action.worksInFields) &&
        isEnabled(keys),
    )
  found?.run(keys)
  return found !== undefined
}

/** The one place that listens for keys of actions; stands around the whole app. */
export function useActionKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (runKeys(event)) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
