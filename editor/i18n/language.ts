import { create } from 'zustand'
import { readStored, writeStored } from '../ui/stored.ts'
import { loadGerman } from './german.ts'

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

/** Switches without a reload, once its words are there, and remembers it in this browser. */
export async function setLanguage(language: Language): Promise<void> {
  writeStored(STORED, language)
  if (language === 'de') await loadGerman()
  useStore.setState({ language })
  showLanguage()
}

/** Makes the words of the first language ready. Without them, what has no German yet is shown in English. */
export async function startLanguage(): Promise<void> {
  showLanguage()
  if (currentLanguage() === 'de') await loadGerman().catch(() => undefined)
}

/** Tells the page, and with it screen readers, which language it is in. */
function showLanguage(): void {
  document.documentElement.lang = currentLanguage()
}
