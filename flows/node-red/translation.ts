import type { Sentence, SentenceValues } from '#kit/sentence.ts'
import type { Entry } from './entries.ts'
import type { Environment } from './environment.ts'
import type { ImportNote } from './import-notes.ts'

/** A node of ours that takes part in doing what one of Node-RED's did. */
export interface Part {
  readonly type: string
  readonly config: Record<string, unknown>
  /** For parts beyond the first, which has the name of the original. */
  readonly name?: string
}

/** An output port of a part, by the part's index. */
export type PartOutput = readonly [part: number, port: string]

/** What becomes of a node: usually one of ours, sometimes a few that do the same together. */
export interface Translation {
  readonly kind: 'translated'
  readonly parts: readonly Part[]
  /** Wires between the parts, to the input `in` of the second. */
  readonly inner: readonly (readonly [...from: PartOutput, to: number])[]
  /** Parts that a wire to the original leads to. */
  readonly entries: readonly number[]
  /** Where wires from each output of the original start. */
  readonly outputs: readonly (readonly PartOutput[])[]
  readonly notes: readonly ImportNote[]
}

/** There is nothing here that does the same; the node becomes a visible placeholder with its settings kept. */
export interface Untranslated {
  readonly kind: 'untranslated'
  readonly notes: readonly ImportNote[]
}

/** What a translator may ask about the drawing around a node. */
export interface Around {
  readonly environment: Environment
  /** Our id of the connection made of a broker; empty if the file does not hold it. */
  connectionOf(broker: string): string
  /** Our ids of the nodes that an original became. */
  idsOf(entry: string): readonly string[]
  /** Our ids of the nodes in the node's instance of a subflow; `undefined` if it stands on a tab itself. */
  idsInSubflow(): readonly string[] | undefined
  /** Ids of the originals in the node's group. */
  groupNodes(): readonly string[]
  /** Whether an error of this node reaches a catch node. */
  readonly isCaught: boolean
  /** What the node's tab is called. */
  readonly tab: string
}

export type Translator = (entry: Entry, around: Around) => Translation | Untranslated

interface OneOptions {
  /** Ports of the only part, in the order of the original's outputs. */
  readonly outputs?: readonly string[]
  readonly hasInput?: boolean
  readonly notes?: readonly ImportNote[]
}

/** One node in place of one. */
export const one = (
  type: string,
  config: Record<string, unknown>,
  { outputs = ['out'], hasInput = true, notes = [] }: OneOptions = {},
): Translation => ({
  kind: 'translated',
  parts: [{ type, config }],
  inner: [],
  entries: hasInput ? [0] : [],
  outputs: outputs.map((port) => [[0, port]]),
  notes,
})

/** Several nodes in a row in place of one; each has the output `out`. */
export const chain = (
  parts: readonly Part[],
  { hasInput = true, notes = [] }: Omit<OneOptions, 'outputs'> = {},
): Translation => ({
  kind: 'translated',
  parts,
  inner: parts.slice(1).map((_, index) => [index, 'out', index + 1] as const),
  entries: hasInput ? [0] : [],
  outputs: [[[parts.length - 1, 'out']]],
  notes,
})

/** A function node that does the same. */
interface FunctionOptions {
  readonly setup?: string
  readonly outputs?: number
  readonly notes?: readonly ImportNote[]
}

export const functionNode = (
  code: string,
  { outputs = 1, notes = [], ...more }: FunctionOptions = {},
): Translation =>
  one(
    'function',
    { ...functionConfig(code, outputs), ...more },
    {
      outputs: outputs === 1 ? ['out'] : Array.from({ length: outputs }, (_, index) => `out${index + 1}`),
      notes,
    },
  )

export const functionConfig = (code: string, outputs = 1): Record<string, unknown> =>
  outputs === 1 ? { code } : { code, outputs }

export const untranslated = (...notes: readonly ImportNote[]): Untranslated => ({
  kind: 'untranslated',
  notes,
})

export const note = (code: string, message: string, values?: SentenceValues): ImportNote => ({
  code: `NODE_RED_${code}`,
  message: shorten(message),
  ...(values && { values }),
})

/** What a hostile file says at length. */
export const shorten = (text: string): string => (text.length > 500 ? `${text.slice(0, 499)}…` : text)

/** A sentence that stands for itself: its own code, too. */
export const plain = (message: string): Sentence => ({ code: message, message })

/** The sentence of a node whose settings hold something that there is nothing for. */
export function noWay(why: string | Sentence): Untranslated {
  const what = typeof why === 'string' ? plain(why) : why
  const message = `${what.message} Put other nodes in the place of this one; its settings are kept.`
  return untranslated(note('NOT_CARRIED_OVER', message, { what }))
}
