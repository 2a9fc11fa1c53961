import { create } from 'zustand'
import { readStored, writeStored } from './stored.ts'

/** What a person chose; `system` follows the machine. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const STORED = 'wirehouse.theme'
const prefersDark = () => window.matchMedia('(prefers-color-scheme: dark)')

interface ThemeStore {
  readonly chosen: Theme
  /** What is drawn: the canvas redraws when it changes. */
  readonly shown: 'light' | 'dark'
}

export const useTheme = create<ThemeStore>(() => ({ chosen: 'system', shown: 'light' }))

/** Switches at once and remembers it in this browser. */
export function setTheme(chosen: Theme): void {
  writeStored(STORED, chosen)
  show(chosen)
}

/** Puts the theme on the page and keeps following the system. Called once, before the first paint. */
export function startTheme(): void {
  const stored = readStored(STORED)
  show(themes.find((theme) => theme === stored) ?? 'system')
  prefersDark().addEventListener('change', () => show(useTheme.getState().chosen))
}

function show(chosen: Theme): void {
  const system = prefersDark().matches ? 'dark' : 'light'
  const shown = chosen === 'system' ? system : chosen
  document.documentElement.dataset['theme'] = shown
  paintFrame()
  useTheme.setState({ chosen, shown })
}

/** Around the page, an app's window and a phone's status line take the colour of what stands beside them. */
function paintFrame(): void {
  const surface = getComputedStyle(document.documentElement).getPropertyValue('--surface')
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', surface)
}
