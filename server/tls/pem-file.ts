import { closeSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncToDisk } from '../store/backups/durable-files.ts'
import { PRIVATE_FILE } from '../store/data-folder.ts'
import type { KeyPair } from './certificate-order.ts'

/** A key and its certificates in one file, so that both change together. Nothing if there is no such file. */
export function readPemFile(file: string): KeyPair | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return { cert: text, key: text }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all, for this user alone. */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.new`
  const descriptor = openSync(draft, 'w', PRIVATE_FILE)
  try {
    writeSync(descriptor, text)
  } finally {
    closeSync(descriptor)
  }
  syncToDisk(draft)
  renameSync(draft, file)
  syncToDisk(dirname(file))
}
