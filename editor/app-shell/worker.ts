/** Keeps the shell of the editor and shows notifications; it lives on when the page is closed. */
const WORKER = '/worker.js'

/** Whether this browser lets this page have one: only if it came by https, or from this machine. */
export const mayHaveWorker = (): boolean => window.isSecureContext && 'serviceWorker' in navigator

/** Sets the worker up, or takes over from an older one. It is asked for by the page and by notifications alike. */
export const registerWorker = (): Promise<ServiceWorkerRegistration> =>
  navigator.serviceWorker.register(WORKER, { updateViaCache: 'none' })

/** The worker of this house in this browser, if it has been set up. */
export const findWorker = (): Promise<ServiceWorkerRegistration | undefined> =>
  navigator.serviceWorker.getRegistration('/')

/** Sets it up once the page stands: what the worker fetches must not stand in the way of the page. */
export function startWorker(): void {
  if (!mayHaveWorker()) return
  const start = () => {
    // a browser may forbid it, in private windows for one; then the app opens only while the house is there
    registerWorker().catch(() => undefined)
  }
  if (document.readyState === 'complete') start()
  else window.addEventListener('load', start, { once: true })
}
