const openers = new WeakMap<EventTarget, Element>()

/** To be called as a dialog opens, before it takes the focus. */
export function noteOpener({ currentTarget }: Event): void {
  const { activeElement } = document
  if (currentTarget && activeElement) openers.set(currentTarget, activeElement)
}

/** Gives the focus back to what had it before the dialog opened. Radix does so only where a trigger is known. */
export function returnFocus(event: Event): void {
  event.preventDefault()
  const opener = event.currentTarget && openers.get(event.currentTarget)
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
}
