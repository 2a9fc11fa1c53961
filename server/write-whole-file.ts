import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** Puts a text in the place of a file that only its user can read: whole or not at all, and on the disk when this returns. */
export function writeWholeFile(file: string, text: string): void {
  const draft = openSync(`${file}.new`, 'w', 0o600)
  writeSync(draft, text)
  fsyncSync(draft)
  closeSync(draft)
  renameSync(`${file}.new`, file)
}
