import { type Condition, findConditionProblem } from '#kit/condition.ts'
import { isTrue, type Raw, records, text } from '../entries.ts'
import { plainPath, readCode, readPath } from '../message-path.ts'
import {
  functionNode,
  note,
  noWay,
  one,
  type Translation,
  type Translator,
  type Untranslated,
} from '../translation.ts'
import { valueCode } from './value-code.ts'

/** Our switch where it has the conditions; else a function with one line for each rule. */
export const switchNode: Translator = ({ raw }) => {
  const path = text(raw, 'propertyType', 'msg') === 'msg' ? text(raw, 'property', 'payload') : ''
  const rules = records(raw, 'rules')
  if (!readPath(path) || rules.length === 0)
    return noWay('What it looks at is not a property of the message.')
  const translation = asSwitch(path, rules, raw) ?? asFunction(path, rules, raw)
  if (translation.kind === 'untranslated' || !isTrue(raw, 'repair')) return translation
  const repair = note(
    'SWITCH_SEQUENCE',
    'It numbered the messages of a sequence anew; here they keep their numbers.',
  )
  return { ...translation, notes: [...translation.notes, repair] }
}

const sendsToAll = (raw: Raw): boolean => text(raw, 'checkall', 'true') === 'true'

function asSwitch(path: string, rules: readonly Raw[], raw: Raw): Translation | undefined {
  const property = plainPath(path)
  const isElse = rules.map((rule) => text(rule, 't') === 'else')
  const conditions = rules.filter((_, index) => !isElse[index]).map(conditionFor)
  const isElseLast = !isElse.slice(0, -1).includes(true)
  if (!property || !isElseLast || conditions.length === 0 || conditions.length > 20) return undefined
  if (!conditions.every((condition) => condition && !findConditionProblem({ property, ...condition })))
    return undefined
  const takesMissing = rules.some((rule) => text(rule, 't') === 'empty')
  return one(
    'switch',
    { property, rules: conditions, match: sendsToAll(raw) ? 'all' : 'first' },
    {
      outputs: rules.map((_, index) => (isElse[index] ? 'else' : `out${index + 1}`)),
      notes: takesMissing
        ? [note('SWITCH_EMPTY', 'Here a missing value and a text of spaces count as empty, too.')]
        : [],
    },
  )
}

type Comparison = Omit<Condition, 'property'>

function conditionFor(rule: Raw): Comparison | undefined {
  const type = text(rule, 't')
  const compared = operators[type]
  if (compared) {
    const [value, value2] = [plainValue(rule, 'v', 'vt'), plainValue(rule, 'v2', 'v2t')]
    if (value === undefined || (type === 'btwn' && value2 === undefined)) return undefined
    return { operator: compared, value, ...(type === 'btwn' && { value2 }) }
  }
  if (type === 'regex' && !isTrue(rule, 'case')) return { operator: 'matches', value: text(rule, 'v') }
  if (type === 'istype') {
    const kind = kinds[text(rule, 'v')]
    return kind === undefined ? undefined : { operator: 'kind', value: kind }
  }
  return type === 'true' || type === 'false' || type === 'null' || type === 'empty'
    ? { operator: type }
    : undefined
}

const operators: Readonly<Record<string, Comparison['operator']>> = {
  eq: '==',
  neq: '!=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  btwn: 'between',
  cont: 'contains',
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
  buffer: 'bytes',
  null: 'null',
  undefined: 'null',
}

function plainValue(rule: Raw, key: string, typeKey: string): string | number | boolean | undefined {
  const value = text(rule, key)
  const type = text(rule, typeKey, 'str')
  if (type === 'num') return Number.isFinite(Number(value)) ? Number(value) : undefined
  if (type === 'bool') return value === 'true'
  return type === 'str' ? value : undefined
}

/** Outputs that a function node may have. */
const MOST_OUTPUTS = 8

function asFunction(path: string, rules: readonly Raw[], raw: Raw): Translation | Untranslated {
  const tests = rules.map(testCode)
  if (rules.length > MOST_OUTPUTS || !tests.every((test) => test !== undefined))
    return noWay('A rule of it uses JSONata, the context, a sequence, or there are too many rules.')
  const remembers = rules.some((rule) => text(rule, 'vt') === 'prev' || text(rule, 'v2t') === 'prev')
  const stops = sendsToAll(raw) ? '' : '\n  if (held) return'
  const code = [
    `const value = ${readCode(readPath(path) ?? [])}`,
    ...(remembers ? ["const previous = state.get('previous')", "state.set('previous', value)"] : []),
    'let held = false',
    `const rules = [\n${tests.map((test) => `  () => ${test},`).join('\n')}\n]`,
    `rules.forEach((holds, index) => {${stops}\n  if (!holds()) return\n  held = true\n  emit(index + 1, message)\n})`,
  ].join('\n')
  return functionNode(code, { outputs: rules.length })
}

/** JavaScript of one rule, about `value`. Loose comparison, as Node-RED does. */
function testCode(rule: Raw): string | undefined {
  const [value, value2] = [ruleValue(rule, 'v', 'vt'), ruleValue(rule, 'v2', 'v2t')]
  const fixed = fixedTests[text(rule, 't')]
  if (fixed !== undefined) return fixed
  const compared = comparisons[text(rule, 't')]
  if (compared !== undefined && value !== undefined) return `value ${compared} ${value}`
  if (value === undefined) return undefined
  switch (text(rule, 't')) {
    case 'btwn':
      return (
        value2 && `(value >= ${value} && value <= ${value2}) || (value >= ${value2} && value <= ${value})`
      )
    case 'cont':
      return `String(value).includes(${value})`
    case 'regex':
      return `new RegExp(${value}, '${isTrue(rule, 'case') ? 'i' : ''}').test(String(value))`
    case 'hask':
      return `typeof value === 'object' && value !== null && Object.hasOwn(value, ${value})`
    default:
      return undefined
  }
}

const ruleValue = (rule: Raw, key: string, typeKey: string): string | undefined => {
  const type = text(rule, typeKey, 'str')
  if (type === 'prev') return 'previous'
  return type === 're' ? JSON.stringify(text(rule, key)) : valueCode(text(rule, key), type)
}

const comparisons: Readonly<Record<string, string>> = {
  eq: '==',
  neq: '!=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
}

const length =
  "(typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value) ? Object.keys(value) : value).length"
const fixedTests: Readonly<Record<string, string>> = {
  true: 'value === true',
  false: 'value === false',
  null: 'value === undefined || value === null',
  nnull: 'value !== undefined && value !== null',
  empty: `value !== undefined && value !== null && ${length} === 0`,
  nempty: `value !== undefined && value !== null && ${length} > 0`,
  else: '!held',
}
