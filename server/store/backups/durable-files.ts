import { closeSync, fsyncSync, openSync } from 'node:fs'

/** A file's content, or which names a folder has, is on the disk when this returns. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** `20260101T120000Z` */
export const stamp = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')

/** The time of a stamp, in milliseconds since 1970; not a number if it is none. */
export const parseStamp = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
