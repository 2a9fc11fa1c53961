import type { toast } from 'sonner'
import { create } from 'zustand'
import { lazyPart } from './lazy-part.tsx'

interface ToastOptions {
  /** A second line. */
  readonly about?: string | undefined
  readonly action?: { readonly label: string; readonly onClick: () => void }
  /** Milliseconds, where the usual ones are too few to read it. */
  readonly duration?: number
}

type ToastAction = NonNullable<ToastOptions['action']>
let offered: ToastAction | undefined

/** The next good news brings this along, unless it offers something itself. Answers how to take it back, and whether it was still there. */
export function offerWithNextToast(action: ToastAction): () => boolean {
  offered = action
  return () => {
    const isLeft = offered === action
    if (isLeft) offered = undefined
    return isLeft
  }
}

function withOffer(more: ToastOptions): ToastOptions {
  const action = more.action ?? offered
  if (action === offered) offered = undefined
  return { ...more, ...(action && { action, duration: more.duration ?? 8000 }) }
}

const options = ({ about, action, duration }: ToastOptions) => ({
  ...(about && { description: about }),
  ...(duration && { duration }),
  ...(action && { action }),
})

const Corner = lazyPart(async () => (await import('./toast-corner.tsx')).ToastCorner)

type Say = (say: typeof toast) => void

/** What was said before the corner stood. */
const waiting: Say[] = []
let sayNow: ((say: Say) => void) | undefined
const useCorner = create(() => ({ isWanted: false }))

function say(what: Say): void {
  if (sayNow) sayNow(what)
  else waiting.push(what)
  useCorner.setState({ isWanted: true })
}

/** Called by the corner once it listens. */
export function startSaying(start: (say: Say) => void): void {
  sayNow = start
  for (const what of waiting.splice(0)) start(what)
}

/** Short messages in the corner. Errors stay twice as long. */
export const notify = {
  ok(text: string, more: ToastOptions = {}): void {
    const shown = options(withOffer(more))
    say((toast) => toast.success(text, shown))
  },
  info: (text: string, more: ToastOptions = {}) => say((toast) => toast(text, options(more))),
  warn: (text: string, more: ToastOptions = {}) =>
    say((toast) => toast.warning(text, { duration: 8000, ...options(more) })),
  error: (text: string, more: ToastOptions = {}) =>
    say((toast) => toast.error(text, { duration: 8000, ...options(more) })),
}

/** Stands once in the app; the corner itself comes with the first message. */
export function Toaster() {
  const { isWanted } = useCorner()
  return isWanted && <Corner />
}
