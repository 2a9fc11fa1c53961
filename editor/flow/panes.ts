/** Parts of the flow page that F6 goes around: everything with `data-pane`, in the order of the page. */
const panes = (): readonly HTMLElement[] =>
  [...window.document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => pane.checkVisibility())

const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]'

/** Takes the focus to the next part of the page, or to the one before. */
export function focusPane(step: 1 | -1): void {
  const all = panes()
  const here = all.findIndex((pane) => pane.contains(window.document.activeElement))
  const from = here < 0 ? (step === 1 ? -1 : 0) : here
  const next = all[(from + step + all.length) % all.length]
  const target = next?.matches(focusable) ? next : next?.querySelector<HTMLElement>(focusable)
  target?.focus()
}

/** Takes the focus to an element, also one that is still being loaded, unless another key is pressed meanwhile. */
export function focusSoon(selector: string): void {
  const focus = (): boolean => {
    const element = window.document.querySelector<HTMLElement>(selector)
    element?.focus()
    return element !== null
  }
  if (focus()) return
  const observer = new MutationObserver(() => focus() && observer.disconnect())
  observer.observe(window.document.body, { childList: true, subtree: true })
  window.addEventListener('keydown', () => observer.disconnect(), { once: true })
}
