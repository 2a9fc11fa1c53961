import { readStored, writeStored } from '../ui/stored.ts'

const KEY = 'wirehouse.copied'
let lastHere: string | undefined

/**
 * What was last copied from a trusted flow in this browser, in this tab or another. Compared in full, for anybody
 * can write a mark on the clipboard.
 */
export const ownCopy = {
  remember(text: string): void {
    lastHere = plain(text)
    writeStored(KEY, lastHere)
  },
  is: (text: string): boolean => [lastHere, readStored(KEY)].includes(plain(text)),
}

/** Some systems change the ends of lines on the way. */
const plain = (text: string): string => text.replaceAll('\r\n', '\n')
