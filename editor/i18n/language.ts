import { create } from 'zustand'
import { readStored, writeStored } from '../ui/stored.ts'

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

const STORED = 'wirehouse.language'

const isLanguage = (text: string | undefined): text is Language =>
  languages.some((language) => language === text)

/** The first language of the browser that we speak; English otherwise. */
export const guessLanguage = (preferred: readonly string[]): Language =>
  preferred.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'

function initial(): Language {
  const stored = readStored(STORED)
  return isLanguage(stored) ? stored : guessLanguage(globalThis.navigator?.languages ?? [])
}

const useStore = create<{ readonly language: Language }>(() => ({ language: initial() }))

/** The language of the page; what uses it is drawn again when it changes. */
export const useLanguage = (): Language => useStore((state) => state.language)

/** The language now, outside React. */
export const currentLanguage = (): Language => useStore.getState().language

/** Switches without a reload and remembers it in this browser. */
export function setLanguage(language: Language): void {
  writeStored(STORED, language)
  useStore.setState({ language })
  showLanguage()
}

/** Tells the page, and with it screen readers, which language it is in. */
export function showLanguage(): void {
  document.documentElement.lang = currentLanguage()
}
