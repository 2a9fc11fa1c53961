import { FLOW_FORMAT, type Flow, type FlowConnection, type FlowNode, type Wire } from '../flow.ts'
import type { ParseResult } from '../parse-flow.ts'
import { describeImport } from './describe-import.ts'
import { type DirectNode, directWires } from './direct-wires.ts'
import { type Entry, type Raw, readEntries, text } from './entries.ts'
import { type Environment, emptyEnvironment, extendEnvironment, fillIn, openNames } from './environment.ts'
import { groupsOf, inGroup, notesOf } from './groups-and-notes.ts'
import { type ImportNote, importedFrom } from './import-notes.ts'
import { NewIds, slug } from './new-ids.ts'
import { type Card, placeCards } from './place-cards.ts'
import { holdsSecret, keptConfig } from './redact.ts'
import { type Drawn, readSheets, type Sheet } from './sheets.ts'
import { brokerConfig } from './translate/mqtt.ts'
import { adviceFor, translators } from './translate/translators.ts'
import { type Around, note, type Part, shorten, type Translation } from './translation.ts'

/** Most entries and canvases of a file, and most nodes of a tab, that are read. */
const MOST_ENTRIES = 20_000
const MOST_CANVASES = 300
const MOST_NODES = 5_000

/**
 * Makes flows of a Node-RED file: one for each tab. What there is no counterpart for stands as a visible
 * placeholder with its settings kept; what could not be carried over exactly is noted at its node. The
 * value must have passed `findHostile`; the flows have still to pass `parseFlow`.
 */
export function importNodeRed(value: unknown): ParseResult<readonly Flow[]> {
  const entries = readEntries(value)
  const canvases = entries.filter(({ type }) => type === 'tab' || type === 'subflow').length
  if (entries.length > MOST_ENTRIES)
    return tooLarge(`The file has ${entries.length} entries, ${MOST_ENTRIES} are read.`)
  if (canvases > MOST_CANVASES)
    return tooLarge(`The file has ${canvases} tabs and subflows, ${MOST_CANVASES} are read.`)
  const house = entries
    .filter(({ type }) => type === 'global-config')
    .reduce((environment, { raw }) => extendEnvironment(environment, raw), emptyEnvironment)
  const shared = readConfigNodes(entries, house)
  const sheets = readSheets(entries, house)
  const flowIds = new NewIds()
  const flows: Flow[] = []
  for (const sheet of sheets) {
    const direct = sheet.nodes.length <= MOST_NODES ? directWires(sheet.nodes) : undefined
    if (!direct) return tooLarge(`The tab "${sheet.label.slice(0, 100)}" has too many nodes or wires.`)
    flows.push(buildFlow(flowIds.take(slug(sheet.label) || sheet.id, 'node-red'), sheet, direct, shared))
  }
  if (flows.length > 0) return { ok: true, value: flows }
  return failed('NODE_RED_EMPTY', 'The file holds no tab and no node. Export the tabs or nodes themselves.')
}

const failed = (code: string, message: string): ParseResult<never> => ({
  ok: false,
  problems: [{ code, level: 'error', message }],
})

const tooLarge = (what: string): ParseResult<never> =>
  failed('NODE_RED_TOO_LARGE', `${what} Export it in several parts.`)

/** Config nodes: brokers become connections, others are kept beside the placeholders that name them. */
interface ConfigNodes {
  readonly brokers: ReadonlyMap<string, FlowConnection>
  readonly others: ReadonlyMap<string, Entry>
}

function readConfigNodes(entries: readonly Entry[], house: Environment): ConfigNodes {
  const ids = new NewIds()
  ids.take('embedded') // the built-in broker's
  const configs = entries.filter(({ isDrawn, raw }) => !isDrawn && raw['d'] !== true)
  const filled = configs.map((entry) => ({ ...entry, raw: fillIn(entry.raw, house) }))
  const brokers = filled.filter(({ type }) => type === 'mqtt-broker')
  return {
    brokers: new Map(
      brokers.map((entry) => {
        const config = brokerConfig(entry)
        const name = (entry.name || text(entry.raw, 'broker')).slice(0, 200)
        return [entry.id, { id: ids.take(entry.id, 'broker'), type: 'mqtt', name, config }]
      }),
    ),
    others: new Map(
      filled
        .filter(({ type }) => !['mqtt-broker', 'tab', 'subflow', 'group', 'global-config'].includes(type))
        .map((entry) => [entry.id, entry]),
    ),
  }
}

/** What became of one node: its parts with their ids, or a placeholder with one. */
interface Carried {
  readonly drawn: Drawn
  readonly wires: DirectNode['wires']
  readonly ids: readonly string[]
  readonly parts: readonly Part[]
  readonly inner: Translation['inner']
  readonly entries: Translation['entries']
  readonly outputs: Translation['outputs']
  readonly notes: readonly ImportNote[]
  readonly isPlaceholder: boolean
}

function buildFlow(id: string, sheet: Sheet, direct: readonly DirectNode[], shared: ConfigNodes): Flow {
  const carried = carryOver(sheet, direct, shared)
  const nodes = carried.filter(({ drawn }) => drawn.type !== 'comment')
  const cards = nodes.flatMap(cardsOf)
  const { at, stretch } = placeCards(cards)
  const { groups, groupOf } = groupsOf(sheet, carried)
  const notes = notesOf(carried, groupOf, stretch)
  const written = nodes.flatMap((node) => writeNodes(node, groupOf))
  const flowNodes = written.map((write, index) => write(place(at[index])))
  const connections = connectionsOf(flowNodes, shared)
  const configs = configsOf(nodes, shared)
  return {
    format: FLOW_FORMAT,
    id,
    name: sheet.label.slice(0, 200),
    description: describeImport(sheet, {
      placeholders: nodes.filter(({ isPlaceholder }) => isPlaceholder).map(({ drawn }) => drawn),
      noted: nodes
        .filter(({ isPlaceholder, notes }) => !isPlaceholder && notes.length > 0)
        .map(({ drawn }) => drawn),
      connections,
    }),
    nodes: flowNodes,
    wires: wiresOf(nodes),
    connections,
    groups,
    ...(notes.length > 0 && { notes }),
    tests: [],
    ...(sheet.isDisabled && { disabled: true }),
    ...(configs.length > 0 && { nodeRed: { configs } }),
  }
}

const place = (at: readonly [number, number] | undefined): [number, number] => (at ? [at[0], at[1]] : [0, 0])

/** Catch nodes come last, for they name what others became. */
function carryOver(sheet: Sheet, direct: readonly DirectNode[], shared: ConfigNodes): readonly Carried[] {
  const ids = new NewIds()
  const firstIds = new Map(direct.map(({ node }) => [node.id, ids.take(node.id)]))
  const known = new Map<string, Carried>()
  const catches = direct.filter(({ node }) => node.type === 'catch')
  const isCaught = catcherIn(catches.flatMap(({ node }) => (node.isDisabled ? [] : [node])))
  const inside = new Map<Drawn['instances'], readonly string[]>()
  const idsIn = (instances: Drawn['instances']): readonly string[] => {
    const ids = inside.get(instances) ?? insideOf(sheet, instances).flatMap((id) => known.get(id)?.ids ?? [])
    inside.set(instances, ids)
    return ids
  }
  const aroundOf = (node: Drawn): Around => ({
    environment: node.environment,
    connectionOf: (broker) => shared.brokers.get(broker)?.id ?? '',
    idsOf: (entry) => known.get(entry)?.ids ?? [],
    idsInSubflow: () => (node.instances.length > 0 ? idsIn(node.instances) : undefined),
    groupNodes: () => sheet.frames.find(({ id }) => id === text(node.raw, 'g'))?.nodes ?? [],
    isCaught: isCaught(node),
    tab: sheet.label,
  })
  for (const one of [...direct.filter((other) => !catches.includes(other)), ...catches]) {
    const first = firstIds.get(one.node.id) ?? one.node.id
    const carried = carryOne(one, aroundOf(one.node))
    const more = carried.parts.slice(1).map((_, index) => ids.take(`${first}-${index + 2}`))
    known.set(one.node.id, { ...carried, ids: [first, ...more] })
  }
  return direct.flatMap(({ node }) => known.get(node.id) ?? [])
}

/** Ids of the nodes in an instance of a subflow, and in those inside it. */
const insideOf = (sheet: Sheet, instances: readonly string[]): readonly string[] =>
  sheet.nodes
    .filter((other) => instances.every((instance, index) => other.instances[index] === instance))
    .map(({ id }) => id)

/** Answers whether the errors of a node reach one of these catch nodes. */
function catcherIn(catches: readonly Drawn[]): (node: Drawn) => boolean {
  const named = new Set(catches.flatMap(({ raw }) => (Array.isArray(raw['scope']) ? raw['scope'] : [])))
  const takesAll = catches.some(({ raw }) => !Array.isArray(raw['scope']))
  return ({ id }) => takesAll || named.has(id)
}

function carryOne({ node, wires }: DirectNode, around: Around): Omit<Carried, 'ids'> {
  const translation = translators.get(node.type)?.(node, around)
  const names = openNames(node.raw)
  const open =
    names.length > 0
      ? [
          note(
            'ENVIRONMENT',
            `Its settings name ${names.join(', ')} of the environment, whose value is not in the file. Put the value in.`,
            { names: shorten(names.join(', ')) },
          ),
        ]
      : []
  if (translation?.kind === 'translated')
    return {
      ...translation,
      drawn: node,
      wires,
      notes: [...translation.notes, ...open],
      isPlaceholder: false,
    }
  const type = `node-red:${node.type}`.slice(0, 100)
  const reasons = node.isDisabled
    ? [note('DISABLED', 'It was disabled in Node-RED, and does nothing here either. Its settings are kept.')]
    : (translation?.notes ?? adviceFor(node.type))
  const secret = holdsSecret(node.raw)
    ? [note('SECRET', 'What looks like a password in its settings was left out.')]
    : []
  return {
    drawn: node,
    wires,
    parts: [{ type, config: keptConfig(node.raw) }],
    inner: [],
    entries: [0],
    outputs: wires.map((_, index) => [[0, wires.length > 1 ? `out${index + 1}` : 'out']]),
    notes: [...reasons, ...secret, ...open],
    isPlaceholder: true,
  }
}

/** Parts beyond the first stand below it. */
const cardsOf = ({ drawn, parts, outputs }: Carried): readonly Card[] =>
  parts.map((_, index) => ({
    x: drawn.x + 24 * index,
    y: drawn.y + 72 * index,
    isNew: index > 0,
    outputs: parts.length === 1 ? outputs.length + (parts[0]?.type === 'switch' ? 1 : 0) : 1,
  }))

/** One function for each part, that writes the node once its place is known. */
function writeNodes(
  { drawn, parts, ids, notes }: Carried,
  groupOf: ReadonlyMap<string, string>,
): readonly ((at: FlowNode['at']) => FlowNode)[] {
  const info = text(drawn.raw, 'info')
  const name = drawn.name.trim().slice(0, 200)
  return parts.map((part, index) => (at) => ({
    id: ids[index] ?? '',
    type: part.type,
    ...(index === 0 ? name !== '' && { name } : part.name !== undefined && { name: part.name }),
    at,
    ...inGroup(groupOf.get(ids[index] ?? '')),
    ...(drawn.isDisabled && { disabled: true }),
    config: part.config,
    ...(index === 0 && importedFrom(drawn.type, notes, part.config)),
    ...(index === 0 && info !== '' && { info }),
  }))
}

function wiresOf(nodes: readonly Carried[]): Wire[] {
  const byOriginal = new Map(nodes.map((node) => [node.drawn.id, node]))
  const wires = new Map<string, Wire>()
  const add = (from: string, to: string) => wires.set(`${from} ${to}`, [from, to])
  for (const { ids, inner, outputs, wires: originals } of nodes) {
    for (const [from, port, to] of inner) add(`${ids[from]}.${port}`, `${ids[to]}.in`)
    for (const [output, starts] of outputs.entries()) {
      for (const target of originals[output]?.flatMap((id) => byOriginal.get(id) ?? []) ?? [])
        for (const [part, port] of starts)
          for (const entry of target.entries) add(`${ids[part]}.${port}`, `${target.ids[entry]}.in`)
    }
  }
  return [...wires.values()]
}

function connectionsOf(
  nodes: readonly Pick<FlowNode, 'config'>[],
  { brokers }: ConfigNodes,
): FlowConnection[] {
  const used = new Set(nodes.map(({ config }) => config['broker']))
  return [...brokers.values()].filter(({ id }) => used.has(id))
}

/** Longest list of config nodes that a flow keeps, in characters of JSON. */
const MOST_KEPT = 50_000

/** Config nodes that placeholders name, and that those name. */
function configsOf(nodes: readonly Carried[], { others }: ConfigNodes): readonly Raw[] {
  const found = new Set<Entry>()
  const open: unknown[] = nodes.filter(({ isPlaceholder }) => isPlaceholder).map(({ drawn }) => drawn.raw)
  for (let raw = open.pop(); raw !== undefined; raw = open.pop()) {
    for (const value of Object.values(raw as Raw)) {
      const config = typeof value === 'string' ? others.get(value) : undefined
      if (!config || found.has(config)) continue
      found.add(config)
      open.push(config.raw)
    }
  }
  const kept: Raw[] = []
  let room = MOST_KEPT
  for (const { id, type, name, raw } of found) {
    const config = { id, type, name, ...keptConfig(raw) }
    room -= JSON.stringify(config).length
    if (room >= 0) kept.push(config)
  }
  return kept
}
