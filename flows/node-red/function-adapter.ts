import type { Environment } from './environment.ts'

/** What the adapter of one function has to know. */
export interface OriginalFunction {
  readonly body: string
  /** Code that ran when the node started; empty if none. */
  readonly onStart: string
  readonly outputs: number
  /** Whether a catch node hears of its errors. */
  readonly isCaught: boolean
  readonly id: string
  readonly name: string
  readonly tab: string
  readonly environment: Environment
}

/**
 * The code of a function node that runs a body written for Node-RED. The body stands unchanged in a
 * function of its own; below it stands what it names of Node-RED's surroundings, and nothing more.
 */
export function adaptFunction(original: OriginalFunction): string {
  const { body, onStart } = original
  const source = `${onStart}\n${body}`
  const uses = (name: string) => new RegExp(`(?<![\\w.$])${name}\\b`).test(source)
  const hasContext = uses('context') || uses('flow') || uses('global')
  const constants = [
    ...(hasContext ? ["const context = keep('context'), flow = keep('flow'), global = keep('global')"] : []),
    ...(hasContext ? ['Object.assign(context, { flow, global })'] : []),
    ...(uses('env') ? [`const env = ${environmentCode(original)}`] : []),
    ...(uses('RED') ? [RED] : []),
    ...(uses('node') ? [nodeCode(original)] : []),
  ]
  const run = [
    ...(onStart === '' ? [] : ['if (!hasStarted) await start()']),
    'send(await original(fromWirehouse(message)))',
    ...(hasContext ? ['for (const scope of [context, flow, global]) scope.save()'] : []),
    ...(uses('node') && original.isCaught ? [FAIL] : []),
  ]
  return [
    '// From Node-RED: "original" holds the code as it was, the rest gives it what it had there.',
    ...(uses('node') && original.isCaught ? ['let failure, hasSent = false'] : []),
    ...constants,
    ...run,
    '',
    'async function original(msg) {',
    body,
    '}',
    ...(onStart === '' ? [] : ['', 'async function start() {', onStart, 'hasStarted = true', '}']),
    '',
    sendCode(original.outputs, uses('node') && original.isCaught),
    CONVERT,
    ...(hasContext ? [KEEP] : []),
  ].join('\n')
}

/** Ids are called `_msgid` there; a message may lack a payload, and a topic may be anything. */
const CONVERT = `function fromWirehouse({ id, ...rest }) {
  return { _msgid: id, ...rest }
}

function toWirehouse(msg) {
  if (typeof msg !== 'object' || Array.isArray(msg)) throw new TypeError('A message is an object, not a ' + typeof msg)
  const { _msgid, id, topic, payload, ...rest } = msg
  const text = topic === undefined || topic === null ? undefined : typeof topic === 'object' ? JSON.stringify(topic) : String(topic)
  return { id: typeof _msgid === 'string' ? _msgid : message.id, ...rest, topic: text, payload }
}
`

/** What `node.error` was given fails the message, so that the flow hears of it; unless the function sent something all the same. */
const FAIL = 'if (failure !== undefined && !hasSent) throw new Error(failure)'

const sendCode = (
  outputs: number,
  isWatched: boolean,
): string => `// one entry for each output, each a message or a list of them
function send(messages) {
  const entries = Array.isArray(messages) ? messages : [messages]
  entries.slice(0, ${outputs}).forEach((entry, output) => {
    for (const msg of Array.isArray(entry) ? entry : [entry]) {
      if (msg === undefined || msg === null) continue
      emit(output + 1, toWirehouse(msg))${isWatched ? '\n      hasSent = true' : ''}
    }
  })
}
`

/** Values by name or path, read at the first use and kept at the end of the call. */
const KEEP = `function keep(name) {
  let values
  const all = () => (values ??= state.get(name) ?? {})
  const callback = (args) => args.find((arg) => typeof arg === 'function')
  const pathOf = (key) => String(key).split(/[.[\\]]+/).filter(Boolean)
  const read = (key) => pathOf(key).reduce((value, step) => value?.[step], all())
  const write = (key, value) => {
    const path = pathOf(key)
    const last = path.pop()
    let target = all()
    for (const step of path) target = target[step] ??= {}
    if (value === undefined) delete target[last]
    else target[last] = value
  }
  return {
    get(key, ...rest) {
      const value = Array.isArray(key) ? key.map(read) : read(key)
      callback(rest)?.(undefined, value)
      return value
    },
    set(key, value, ...rest) {
      if (Array.isArray(key)) key.forEach((one, index) => write(one, value?.[index]))
      else write(key, value)
      callback(rest)?.()
    },
    keys(...rest) {
      callback(rest)?.(undefined, Object.keys(all()))
      return Object.keys(all())
    },
    save() {
      if (values) state.set(name, values)
    },
  }
}`

function environmentCode({ body, onStart, environment, id, name, tab }: OriginalFunction): string {
  const asked = askedVariables(`${onStart}\n${body}`).map((variable) => [variable, environment.get(variable)])
  const known = { ...Object.fromEntries(asked), NR_NODE_ID: id, NR_NODE_NAME: name, NR_FLOW_NAME: tab }
  return `{ get: (name) => (${JSON.stringify(known)})[name] }`
}

/** Names of variables that a source asks for by `env.get('NAME')`. */
export const askedVariables = (source: string): readonly string[] => {
  const asked = [...source.matchAll(/\benv\s*\.\s*get\(\s*["']([^"']+)["']/g)].map((match) => match[1] ?? '')
  return [...new Set(asked)]
}

const RED = 'const RED = { util: { cloneMessage: structuredClone } }'

function nodeCode({ id, name, outputs, isCaught }: OriginalFunction): string {
  const error = isCaught
    ? '  error: (text, msg) => (log.error(text), msg && (failure = String(text))),'
    : '  error: (text) => log.error(text),'
  return `const states = { red: 'error', yellow: 'warn', green: 'ok', blue: 'busy', grey: 'idle' }
const node = {
  id: ${JSON.stringify(id)},
  name: ${JSON.stringify(name)},
  outputCount: ${outputs},
  log: log.info,
  debug: log.info,
  trace: log.info,
  warn: log.warn,
${error}
  status: (shown) => status(states[shown?.fill] ?? 'idle', shown?.text ?? (typeof shown === 'object' ? '' : shown)),
  send,
  done() {},
  on() {},
}`
}
