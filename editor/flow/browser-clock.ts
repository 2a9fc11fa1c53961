/** The clock of the browser, for what the document's parts plan. The only place in the flow page that waits. */
export const browserClock = {
  now: (): number => Date.now(),
  after(ms: number, call: () => void): { cancel(): void } {
    const timer = window.setTimeout(call, ms)
    return { cancel: () => window.clearTimeout(timer) }
  },
}
