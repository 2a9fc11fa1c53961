import { loadEarly } from '../ui/lazy-part.tsx'
import { readStored, writeStored } from '../ui/stored.ts'

const KEY = 'wirehouse.font'

/** The font of the editor is no part of the first look at it; whoever was here before has it already, and sees it at once. */
export function startFont(): void {
  const load = async () => {
    await import('../styles/inter.css')
    writeStored(KEY, 'inter')
  }
  if (readStored(KEY) === undefined) loadEarly(load)
  else void load()
}
