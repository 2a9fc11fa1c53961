import { type Raw, records, text } from '../entries.ts'
import { readCode, readPath } from '../message-path.ts'
import { functionNode, noWay, type Translator } from '../translation.ts'
import { assignCode, valueCode, withHelpers } from './value-code.ts'

/** A function with one statement for each rule. */
export const change: Translator = ({ raw }) => {
  const rules = Array.isArray(raw['rules']) ? records(raw, 'rules') : [legacyRule(raw)]
  const statements = rules.map(statementFor)
  if (!statements.every((statement) => statement !== undefined))
    return noWay('A rule of it computes with JSONata, or uses the context of flow or house.')
  return functionNode(withHelpers([...statements, 'return message'].join('\n')))
}

/** Before Node-RED 0.12 a node had one rule, spread over its properties. */
const legacyRule = (raw: Raw): Raw => ({
  t: text(raw, 'action') === 'replace' ? 'set' : text(raw, 'action', 'set'),
  p: text(raw, 'property', 'payload'),
  from: text(raw, 'from'),
  fromt: text(raw, 'reg') === 'true' ? 're' : 'str',
  to: text(raw, 'to'),
  tot: /^msg\./.test(text(raw, 'to')) && text(raw, 'action') === 'replace' ? 'msg' : 'str',
})

function statementFor(rule: Raw): string | undefined {
  const path = text(rule, 'pt', 'msg') === 'msg' ? readPath(text(rule, 'p')) : undefined
  return path && path[0] !== '_msgid' ? statements[text(rule, 't')]?.(path, rule) : undefined
}

const statements: Readonly<Record<string, (path: readonly string[], rule: Raw) => string | undefined>> = {
  set: (path, rule) => {
    const value = valueIn(rule, 'to', 'tot')
    const isCopied = text(rule, 'dc') === 'true' && text(rule, 'tot') === 'msg'
    return value && assignCode(path, isCopied ? `structuredClone(${value})` : value)
  },
  change: (path, rule) => {
    const [from, to] = [fromCode(rule), valueIn(rule, 'to', 'tot')]
    return from && to && assignCode(path, `exchange(${readCode(path)}, ${from}, ${to})`)
  },
  delete: deleteCode,
  move: (path, rule) => {
    const target = text(rule, 'tot', 'msg') === 'msg' ? readPath(text(rule, 'to')) : undefined
    if (!target) return undefined
    // read, remove, then write: the target may lie inside the source, or around it
    return `{\n  const moved = ${readCode(path)}\n  ${deleteCode(path)}\n  ${assignCode(target, 'moved')}\n}`
  },
}

/** A message here always has a payload, so that one is emptied. */
function deleteCode(path: readonly string[]): string {
  if (path.length > 1) return `removeProperty(message, ${JSON.stringify(path)})`
  return path[0] === 'payload' ? 'message.payload = undefined' : `delete ${readCode(path)}`
}

/** A legacy value may say `msg.payload`. */
const valueIn = (rule: Raw, key: string, typeKey: string): string | undefined => {
  const type = text(rule, typeKey, 'str')
  const value = text(rule, key)
  return valueCode(type === 'msg' ? value.replace(/^msg\./, '') : value, type)
}

function fromCode(rule: Raw): string | undefined {
  const from = text(rule, 'from')
  const type = text(rule, 'fromt', 'str')
  if (type === 're') return `new RegExp(${JSON.stringify(from)}, 'g')`
  return from === '' ? undefined : valueIn(rule, 'from', 'fromt')
}
