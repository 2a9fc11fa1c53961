import type { QoS } from '#kit/mqtt.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { BrokerLimits } from '#server/broker/limits.ts'
import type { AccessRule } from '../access-control.ts'

/** The texts of the files that make up a Mosquitto; those that are not there are not read. */
export interface MosquittoFiles {
  readonly conf?: string
  readonly passwords?: string
  readonly acl?: string
}

export type MosquittoFile = keyof MosquittoFiles

/** What a person should know about one line: it was read as meant, cannot be taken over, or works otherwise here. */
export interface ImportNote extends Sentence {
  readonly kind: 'repaired' | 'left-out' | 'differs'
  readonly file: MosquittoFile
  /** From 1 on; 0 is about the whole file. */
  readonly line: number
}

export interface ImportedUser {
  readonly name: string
  /** As Mosquitto wrote it, or the password itself where that stood in the file. */
  readonly secret: { readonly hash: string } | { readonly password: string }
}

/** One line `topic` of a bridge, in Mosquitto's words. */
export interface ImportedMap {
  readonly direction: 'in' | 'out' | 'both'
  readonly filter: string
  readonly qos: QoS
  readonly localPrefix: string
  readonly remotePrefix: string
}

export interface ImportedBridge {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly user: string
  readonly password: string
  readonly clientId: string
  readonly notifications: boolean
  readonly maps: readonly ImportedMap[]
}

/** What would change if a Mosquitto were taken over. */
export interface MosquittoPlan {
  readonly users: readonly ImportedUser[]
  readonly rules: readonly Omit<AccessRule, 'id'>[]
  readonly bridges: readonly ImportedBridge[]
  readonly limits: Partial<BrokerLimits>
  readonly notes: readonly ImportNote[]
}

/** Collects the notes about one file. */
export class Notes {
  readonly list: ImportNote[] = []
  readonly #file: MosquittoFile

  constructor(file: MosquittoFile) {
    this.#file = file
  }

  add(kind: ImportNote['kind'], line: number, sentence: Sentence): void {
    this.list.push({ kind, file: this.#file, line, ...sentence })
  }
}

/** The lines that say something, numbered from 1. A `#` makes a comment only where the line begins. */
export function* linesOf(text: string): Generator<{ readonly number: number; readonly text: string }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  for (const [index, line] of lines.entries()) {
    const trimmed = line.trim()
    if (trimmed !== '' && !trimmed.startsWith('#')) yield { number: index + 1, text: trimmed }
  }
}

/** A line that could not be read, in short. Behind a colon may be a password, where the files were mixed up. */
export const quoted = (line: string): string => {
  const shown = line.replace(/:.*$/, ':…')
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown
}

/** A word and what follows it. A `:` or `=` in between is not Mosquitto's, and is told. */
export function splitWord(
  line: string,
): { readonly word: string; readonly rest: string; readonly sign?: string } | undefined {
  const match = /^([A-Za-z_]+)(?:\s*([:=])\s*|\s+|$)(.*)$/.exec(line)
  if (!match) return undefined
  const [, word = '', sign, rest = ''] = match
  return { word, rest: rest.trim(), ...(sign !== undefined && { sign }) }
}

export const strangeSign = (word: string, sign: string): Sentence => ({
  code: 'MOSQUITTO_SIGN',
  message: `Mosquitto does not understand "${word}${sign}". It was read as "${word}", followed by a space.`,
  values: { word, sign },
})
