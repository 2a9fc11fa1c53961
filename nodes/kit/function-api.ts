/** Something that code of users has at hand: one line of documentation, and what it consists of. */
export interface ApiName {
  readonly name: string
  /** Its TypeScript type; a function's begins with its parameters in parentheses. */
  readonly type: string
  readonly doc: string
  readonly members?: readonly ApiName[]
}

const levels = (what: string): readonly ApiName[] => [
  { name: 'info', type: '(...parts: unknown[]): void', doc: `Writes a line ${what}.` },
  { name: 'warn', type: '(...parts: unknown[]): void', doc: `Writes a line of warning ${what}.` },
  { name: 'error', type: '(...parts: unknown[]): void', doc: `Writes a line of error ${what}.` },
]

/** What functions have at hand beside the language: the editor completes it, and their types are made of it. */
export const functionApi: readonly ApiName[] = [
  {
    name: 'message',
    type: 'Message',
    doc: 'The message, yours to change. In the code only.',
    members: [
      { name: 'payload', type: 'any', doc: 'What the message says.' },
      { name: 'topic', type: 'string | undefined', doc: 'What it is about: home/kitchen/temperature.' },
      { name: 'id', type: 'string', doc: 'By which it is followed through the flow.' },
    ],
  },
  {
    name: 'state',
    type: 'State',
    doc: 'Values that last over a restart: up to 1,000 keys, 4 MB together.',
    members: [
      { name: 'get', type: '(key: string): any', doc: 'A copy of a value; undefined if there is none.' },
      {
        name: 'set',
        type: '(key: string, value: unknown): void',
        doc: 'Keeps a copy of a value if the call succeeds; undefined removes it.',
      },
    ],
  },
  {
    name: 'env',
    type: 'Readonly<Record<string, string | number | boolean>>',
    doc: 'Values that the flow carries for its code.',
  },
  {
    name: 'clock',
    type: 'Clock',
    doc: 'Time. Timers end with the node.',
    members: [
      { name: 'now', type: '(): number', doc: 'Milliseconds since 1970, UTC.' },
      { name: 'after', type: '(ms: number, call: () => unknown): Timer', doc: 'Calls once, later.' },
      {
        name: 'every',
        type: '(ms: number, call: () => unknown): Timer',
        doc: 'Calls again and again; a call that still runs is waited for.',
      },
      { name: 'sleep', type: '(ms: number): Promise<void>', doc: 'Waits: await clock.sleep(500).' },
    ],
  },
  {
    name: 'emit',
    type: '(port: number | string, message: Outgoing): void',
    doc: 'Sends a copy of a message at once. Ports count from 1, or are called by their names.',
  },
  { name: 'log', type: 'Log', doc: 'Writes into the log of the flow.', members: levels('into the log') },
  {
    name: 'status',
    type: "(state: 'ok' | 'busy' | 'warn' | 'error' | 'idle', text?: string): void",
    doc: 'Shows a line below the node.',
  },
  { name: 'now', type: '(): number', doc: 'Milliseconds since 1970, UTC.' },
  {
    name: 'library',
    type: '(name: string): any',
    doc: 'An npm package, if an owner has allowed it in the settings of the server.',
  },
]

/** Types of what the names above speak of. */
const TYPES = `interface Message<Payload = any> { id: string; topic?: string; payload: Payload; [property: string]: any }
interface Outgoing { id?: string; topic?: string | undefined; payload: unknown; [property: string]: unknown }
interface Timer { cancel(): void }
`

/** Declarations of the API, as the text of a \`.d.ts\` file. */
export function functionDeclarations(): string {
  const own = functionApi.filter(({ name, members }) => members && name !== 'message')
  return [TYPES, ...own.map(interfaceOf), ...functionApi.map(declarationOf)].join('')
}

const interfaceOf = ({ type, members = [] }: ApiName): string =>
  `interface ${type} {\n${members.map((member) => `  ${commented(member, '  ')}${signature(member)}\n`).join('')}}\n`

function declarationOf(api: ApiName): string {
  const kind = isCallable(api) ? 'function' : 'const'
  return `${commented(api, '')}declare ${kind} ${signature(api)}\n`
}

const commented = ({ doc }: ApiName, indent: string): string => `/** ${doc} */\n${indent}`
const signature = (api: ApiName): string => `${api.name}${isCallable(api) ? '' : ': '}${api.type}`

export const isCallable = ({ type }: ApiName): boolean => type.startsWith('(')
