import { number, records, text } from '../entries.ts'
import type { Environment } from '../environment.ts'
import { adaptFunction, askedVariables } from '../function-adapter.ts'
import type { ImportNote } from '../import-notes.ts'
import { functionNode, note, noWay, shorten, type Translator } from '../translation.ts'

/** Outputs that a function node may have. */
const MOST_OUTPUTS = 8

/** The body stays as it was; around it stands what Node-RED gives a function. */
export const functionBody: Translator = ({ raw, id, name }, { environment, isCaught, tab }) => {
  const outputs = Math.max(1, Math.round(number(raw, 'outputs', 1)))
  const [body, onStart] = [text(raw, 'func', 'return msg;'), text(raw, 'initialize').trim()]
  if (outputs > MOST_OUTPUTS)
    return noWay({
      code: 'NODE_RED_OUTPUTS',
      message: `It has ${outputs} outputs; a Function node has ${MOST_OUTPUTS} at most.`,
      values: { outputs, limit: MOST_OUTPUTS },
    })
  const code = adaptFunction({ body, onStart, outputs, isCaught, id, name, tab, environment })
  if (code.length > 200_000) return noWay('It is longer than a Function node may be.')
  const onStop = text(raw, 'finalize').trim()
  const source = `${onStart}\n${body}`
  return functionNode(code, {
    outputs,
    ...(onStart !== '' && { setup: 'let hasStarted = false' }),
    notes: [
      ...missing(
        source,
        records(raw, 'libs').map((lib) => text(lib, 'module')),
      ),
      ...contextNotes(source),
      ...environmentNotes(source, environment),
      ...(onStart === ''
        ? []
        : [note('FUNCTION_START', 'Its code "On Start" runs before its first message, not at the start.')]),
      ...(onStop === '' ? [] : [note('FUNCTION_STOP', 'Its code "On Stop" was not carried over.')]),
    ],
  })
}

const absent = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'require',
  'Buffer',
  'process',
  'fetch',
  'node.linkcall',
]

function missing(source: string, modules: readonly string[]): readonly ImportNote[] {
  const used = absent.filter((name) => new RegExp(`(?<![\\w.$])${name.replace('.', '\\.')}\\b`).test(source))
  const named = modules.filter((module) => module !== '').map((module) => `"${module}"`)
  const names = [...used, ...named].join(', ')
  if (names === '') return []
  return [
    note(
      'FUNCTION_API',
      `It uses ${names}, which functions here do not have. Take a Delay node to wait, Uint8Array for bytes, or other nodes.`,
      { names: shorten(names) },
    ),
  ]
}

const contextNotes = (source: string): readonly ImportNote[] =>
  /(?<![\w.$])(?:context\s*\.\s*)?(?:flow|global)\s*\.\s*(?:get|set|keys)\b/.test(source)
    ? [
        note(
          'FUNCTION_CONTEXT',
          'It uses the context of the flow or of the whole house; here each function keeps values for itself. Send what others need in messages.',
        ),
      ]
    : []

function environmentNotes(source: string, environment: Environment): readonly ImportNote[] {
  const unknown = askedVariables(source).filter((name) => !environment.has(name) && !name.startsWith('NR_'))
  if (unknown.length === 0) return []
  const names = unknown.join(', ')
  return [
    note('ENVIRONMENT', `It asks for ${names}, whose value is not in the file. Put it into the code.`, {
      names: shorten(names),
    }),
  ]
}
