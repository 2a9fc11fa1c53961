import { checkTemplate, compileTemplate, MAX_TEMPLATE_LENGTH } from '#kit/template.ts'
import { isTrue, number, text } from '../entries.ts'
import { parseJson } from '../environment.ts'
import { plainPath, readCode, readPath } from '../message-path.ts'
import { chain, functionNode, note, noWay, one, type Translator } from '../translation.ts'
import { assignCode, withHelpers } from './value-code.ts'

export const debug: Translator = ({ raw }) => {
  const complete = text(raw, 'complete', 'false')
  const isWhole = complete === 'true' || text(raw, 'targetType') === 'full'
  const path = complete === 'false' || complete === '' ? 'payload' : plainPath(complete)
  const isPath = !isWhole && path !== undefined && text(raw, 'targetType', 'msg') === 'msg'
  return one(
    'debug',
    {
      property: isPath ? path.slice(0, 200) : '',
      ...(text(raw, 'active', 'true') === 'false' && { active: false }),
      ...(isTrue(raw, 'tostatus') && { showStatus: true }),
    },
    {
      outputs: [],
      notes:
        isWhole || isPath
          ? []
          : [note('DEBUG', 'It showed a computed value; here it shows the whole message.')],
    },
  )
}

/** Errors come as a message of their own here; a function makes of it what a catch node sends. */
export const catchErrors: Translator = ({ raw }, around) => {
  const { scope } = raw
  const named = Array.isArray(scope) ? scope.map(String) : scope === 'group' ? around.groupNodes() : undefined
  const caught = named ? named.flatMap((id) => around.idsOf(id)) : around.idsInSubflow()
  const nodes = [...new Set(caught)].slice(0, 500)
  if (caught && nodes.length === 0) return noWay('It catches errors of nodes that are not in the file.')
  return chain(
    [
      { type: 'on-error', config: { nodes } },
      { type: 'function', name: 'As Node-RED says it', config: { code: CATCH } },
    ],
    {
      hasInput: false,
      notes: isTrue(raw, 'uncaught')
        ? [
            note(
              'CATCH',
              'It took only errors that no other catch node had taken; here it takes all of them.',
            ),
          ]
        : [],
    },
  )
}

const CATCH = `const { cause, error, ...rest } = message
return {
  ...rest,
  payload: undefined,
  ...cause,
  error: { message: error.message, code: error.code, source: { id: error.node, name: error.nodeName } },
}`

export const json: Translator = ({ raw }) => {
  const path = readPath(text(raw, 'property', 'payload'))
  if (!path) return noWay('It converts a property that cannot be named here.')
  if (text(raw, 'schema') !== '') return noWay('It checks a JSON schema.')
  const indent = isTrue(raw, 'pretty') ? ', undefined, 4' : ''
  const [parse, write] = ['JSON.parse(value)', `JSON.stringify(value${indent})`]
  const converted = {
    obj: `typeof value === 'string' ? ${parse} : value`,
    str: `typeof value === 'string' ? value : ${write}`,
    '': `typeof value === 'string' ? ${parse} : ${write}`,
  }[text(raw, 'action')]
  if (converted === undefined) return noWay('It converts in a way that is not known here.')
  const lines = [`const value = ${readCode(path)}`, assignCode(path, converted), 'return message']
  return functionNode(withHelpers(lines.join('\n')))
}

/** Scales a number; what is none is left out, with a line in the log. */
export const range: Translator = ({ raw }) => {
  const path = readPath(text(raw, 'property', 'payload'))
  const [fromLow, fromHigh] = [number(raw, 'minin', 0), number(raw, 'maxin', 0)]
  const [toLow, toHigh] = [number(raw, 'minout', 0), number(raw, 'maxout', 0)]
  if (!path || fromLow === fromHigh)
    return noWay('Its range has no width, or its property cannot be named here.')
  const [low, high] = [Math.min(fromLow, fromHigh), Math.max(fromLow, fromHigh)]
  const bounds: Readonly<Record<string, readonly string[]>> = {
    clamp: [`value = Math.min(Math.max(value, ${low}), ${high})`],
    drop: [`if (value < ${low} || value > ${high}) return`],
    roll: [`value = ((value - ${low}) % ${high - low} + ${high - low}) % ${high - low} + ${low}`],
  }
  const scaled = `(value - ${fromLow}) / ${fromHigh - fromLow} * ${toHigh - toLow} + ${toLow}`
  return functionNode(
    withHelpers(
      [
        `let value = Number(${readCode(path)} ?? NaN)`,
        "if (Number.isNaN(value)) return log.warn('Not a number')",
        ...(bounds[text(raw, 'action')] ?? []),
        `value = ${scaled}`,
        assignCode(path, isTrue(raw, 'round') ? 'Math.round(value)' : 'value'),
        'return message',
      ].join('\n'),
    ),
  )
}

/** Mustache variables become places of our own templates; sections, partials and the context do not. */
export const template: Translator = ({ raw }) => {
  const source = text(raw, 'template')
  const property = plainPath(text(raw, 'field', 'payload'))
  if (!property || property === 'id' || text(raw, 'fieldType', 'msg') !== 'msg')
    return noWay('It writes somewhere else than into the message.')
  if (source.length > MAX_TEMPLATE_LENGTH) return noWay('Its template is longer than one may be here.')
  const isPlain = text(raw, 'syntax', 'mustache') === 'plain'
  const translated = isPlain ? source.replaceAll('{{', '{{ "{{" }}') : translateMustache(source)
  if (translated === undefined || checkTemplate(translated))
    return noWay(
      'Its template uses sections, partials, the context or names that templates here do not have.',
    )
  const output = text(raw, 'output', 'str')
  if (output === 'yaml') return noWay('It makes YAML.')
  // a JSON template must be JSON wherever a value goes in; a number can stand in every such place
  if (output === 'json' && parseJson(compileTemplate(translated).literals.join('0')) === undefined)
    return noWay('What its template makes is not JSON in every case.')
  return one(
    'template',
    { template: translated, property, ...(output === 'json' && { output: 'json' }) },
    {
      notes:
        !isPlain && /<\w/.test(source) && /\{\{[^{&]/.test(source)
          ? [
              note(
                'TEMPLATE_HTML',
                'Values were written with HTML characters escaped; here they are written as they are.',
              ),
            ]
          : [],
    },
  )
}

/** Step by step and not by one pattern, which a hostile template could keep busy for hours. */
function translateMustache(source: string): string | undefined {
  let translated = ''
  let at = 0
  for (let open = source.indexOf('{{'); open >= 0; open = source.indexOf('{{', at)) {
    const closing = source.startsWith('{{{', open) ? '}}}' : '}}'
    const close = source.indexOf(closing, open)
    const path =
      close < 0
        ? ''
        : source
            .slice(open + closing.length, close)
            .trim()
            .replace(/^&\s*/, '')
    if (!isVariable(path)) return undefined
    translated += `${source.slice(at, open)}{{ ${path} }}`
    at = close + closing.length
  }
  return translated + source.slice(at)
}

const isVariable = (path: string): boolean =>
  /^[\p{L}_$][\p{L}\p{N}_$-]*(\.[\p{L}\p{N}_$-]+)*$/u.test(path) && !/^(flow|global|env)[.[]/.test(path)
