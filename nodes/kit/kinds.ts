/** What a port carries. `any` fits everything; `event` says only that something happened. */
export const kinds = ['any', 'event', 'boolean', 'number', 'text', 'json', 'bytes'] as const
export type Kind = (typeof kinds)[number]

/** A named place where wires end. The name is the key in the node type's port map. */
export interface Port {
  readonly kind: Kind
  /** English label; the only input and the only output of a node need none. */
  readonly title?: string
  /** A person has given it the title: it is the same in every language. */
  readonly isNamed?: boolean
  /** Unit of a number, as people write it: `°C`, `%`, `lx`. */
  readonly unit?: string
}

export type PortMap = Readonly<Record<string, Port>>

type PortOptions = Omit<Port, 'kind'>
const ofKind =
  (kind: Kind) =>
  (options: PortOptions = {}): Port => ({ kind, ...options })

/** Builds ports: `port.number({ unit: '°C' })`. */
export const port = {
  any: ofKind('any'),
  event: ofKind('event'),
  boolean: ofKind('boolean'),
  number: ofKind('number'),
  text: ofKind('text'),
  json: ofKind('json'),
  bytes: ofKind('bytes'),
}

/** The output every node has: a message that failed leaves here, with the reason in `message.error`. */
export const errorPort: Port = { kind: 'any', title: 'Error' }
export const ERROR_PORT = 'error'

/** The side of a subflow's port that faces out, in the engine alone: no file can name it. */
export const OUTSIDE_PORT = '>'

const alsoTakes: Readonly<Record<Kind, readonly Kind[]>> = {
  any: kinds,
  event: kinds,
  json: ['boolean', 'number', 'text'],
  boolean: [],
  number: [],
  text: [],
  bytes: ['text'],
}

/** Whether a wire may lead from an output of one kind to an input of another. */
export const fits = (output: Kind, input: Kind): boolean =>
  output === input || output === 'any' || alsoTakes[input].includes(output)
