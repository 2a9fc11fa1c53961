import type { Sentence } from './sentence.ts'

/**
 * What a node type means for the guarantee that a flow gives: that whatever begins a chain (a source) gets to
 * what is done about it (an effect), through a crash and a power cut.
 */
export interface ChainPart<Config = unknown> {
  /** It begins chains by itself. Left out: what has outputs and no inputs does. */
  readonly isSource?: (config: Config) => boolean
  /** Something leaves the house here, or lasts: chains end at it. */
  readonly isEffect?: boolean
  /** The nodes whose failures come to it; an empty list means all. */
  readonly failuresOf?: (config: Config) => readonly string[]
  /** Why what goes this way may be lost. Nothing: it is done, on disk, or a dead letter that somebody sees. */
  readonly mayLose?: (config: Config, place: ChainPlace) => Sentence | undefined
}

/** Where in a chain a node stands. */
export interface ChainPlace {
  /** A chain begins here; otherwise it goes through, or ends here. */
  readonly isSource: boolean
  /** The config of a connection that stands in this house; nothing for the built-in one. */
  connection(id: string): Readonly<Record<string, unknown>> | undefined
}
