import { create } from 'zustand'
import { mayHaveWorker } from './worker.ts'

/** How the editor stands as an app on this device. */
export type Installation =
  /** Browsers install only what came by https, or from this machine. */
  | 'insecure'
  /** The browser offers it, in its menu only. */
  | 'byMenu'
  /** The browser lets the page ask for it. */
  | 'ready'
  /** This page is the app. */
  | 'installed'

/** What Chromium's browsers send when they would install a page; not part of any standard. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>
}

const isInstallPrompt = (event: Event): event is InstallPrompt => 'prompt' in event

let prompt: InstallPrompt | undefined

export const useInstallation = create<{ readonly state: Installation }>(() => ({ state: 'byMenu' }))

/** Listens for what the browser offers, which it says only once. Called once, before the first paint. */
export function startInstallation(): void {
  const isApp = window.matchMedia('(display-mode: standalone)').matches
  useInstallation.setState({ state: isApp ? 'installed' : mayHaveWorker() ? 'byMenu' : 'insecure' })
  window.addEventListener('beforeinstallprompt', (event) => {
    if (!isInstallPrompt(event)) return
    event.preventDefault()
    prompt = event
    useInstallation.setState({ state: 'ready' })
  })
  window.addEventListener('appinstalled', () => useInstallation.setState({ state: 'installed' }))
}

/** Lets the browser ask the person. It does so once; after a no, its menu still has it. */
export async function install(): Promise<void> {
  const asked = prompt
  prompt = undefined
  useInstallation.setState({ state: 'byMenu' })
  await asked?.prompt()
}
