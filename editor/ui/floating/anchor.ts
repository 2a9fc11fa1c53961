/** What a panel floats beside: the button that opened it, or a place on the screen. */
export interface Anchor {
  getBoundingClientRect(): DOMRect
}

export const anchorAt = (x: number, y: number): Anchor => ({
  getBoundingClientRect: () => new DOMRect(x, y, 0, 0),
})

/**
 * For a panel whose button is not Radix's own: a press on the button is no press outside, for the button closes the
 * panel itself; and the focus goes back to the button, unless the panel was left for something else.
 */
export function backTo(anchor: Anchor) {
  let isLeft = false
  return {
    onInteractOutside(event: CustomEvent): void {
      const { target } = event
      if (anchor instanceof Element && target instanceof Node && anchor.contains(target))
        event.preventDefault()
      else isLeft = true
    },
    onCloseAutoFocus(event: Event): void {
      if (isLeft || anchor instanceof HTMLElement) event.preventDefault()
      if (!isLeft && anchor instanceof HTMLElement) anchor.focus()
    },
  }
}
