import { type Entry, isRecord, isTrue, number, type Raw, records, text } from './entries.ts'
import { type Environment, extendEnvironment, fillIn } from './environment.ts'

/** One canvas of a Node-RED file, with its subflows opened: a tab, a subflow that nobody uses, or what stands on no tab. */
export interface Sheet {
  readonly id: string
  readonly label: string
  readonly info: string
  readonly isDisabled: boolean
  readonly nodes: readonly Drawn[]
  readonly frames: readonly Frame[]
  /** What the person should know of the whole sheet. */
  readonly remarks: readonly string[]
}

/** A node on a sheet. Its settings have the environment filled in. */
export interface Drawn extends Entry {
  readonly environment: Environment
  readonly isDisabled: boolean
  /** The instances of subflows it is in, outermost first. */
  readonly instances: readonly string[]
}

/** A group, or the nodes that an instance of a subflow became. */
export interface Frame {
  readonly id: string
  readonly name: string
  readonly nodes: readonly string[]
  readonly raw: Raw
}

/** What the sheets of one file share. */
interface File {
  readonly templates: ReadonlyMap<string, Entry>
  readonly inside: ReadonlyMap<string, readonly Entry[]>
  readonly groups: ReadonlyMap<string, Entry>
  /** Templates that some instance names. */
  readonly used: Set<string>
  /** What opening an instance of each template adds to the sheet, in characters of its JSON. */
  readonly sizes: ReadonlyMap<string, number>
  /** How much opened subflows may still add: a small file can unfold into millions of nodes. */
  room: number
}

const MOST_OPENED = 4_000_000
const DEEPEST_SUBFLOW = 8
/** Groups within groups; a hostile one contains itself. */
const DEEPEST_GROUP = 20

/** Types that stand on a canvas or above it, but are no nodes. */
const noNodes = new Set(['tab', 'subflow', 'group', 'global-config'])

/** The canvases of a file, in its order. */
export function readSheets(entries: readonly Entry[], house: Environment): readonly Sheet[] {
  const ofType = (type: string) => entries.filter((entry) => entry.type === type)
  const [tabs, templates] = [ofType('tab'), ofType('subflow')]
  const canvases = new Set([...tabs, ...templates].map(({ id }) => id))
  const nodes = entries.filter((entry) => entry.isDrawn && !noNodes.has(entry.type))
  const inside = Map.groupBy(nodes, ({ z }) => (z !== undefined && canvases.has(z) ? z : ''))
  const sizeOf = (template: Entry): number =>
    JSON.stringify([template.raw, inside.get(template.id)?.map(({ raw }) => raw)]).length
  const file: File = {
    templates: byId(templates),
    inside,
    sizes: new Map(templates.map((template) => [template.id, sizeOf(template)])),
    groups: byId(ofType('group')),
    used: new Set(),
    room: MOST_OPENED,
  }
  const sheets = tabs.map((tab) => readSheet(tab, file, house))
  if (file.inside.has('')) sheets.push(readSheet(loose, file, house))
  for (const template of templates) {
    const isLost = !file.used.has(template.id) && file.inside.has(template.id)
    if (isLost) sheets.push(readSheet({ ...template, name: `Subflow ${template.name}` }, file, house))
  }
  return sheets
}

/** What was copied out of a canvas has none. */
const loose: Entry = {
  id: '',
  type: 'tab',
  z: undefined,
  name: 'Imported from Node-RED',
  x: 0,
  y: 0,
  wires: [],
  isDrawn: false,
  raw: {},
}

const byId = (entries: readonly Entry[]): ReadonlyMap<string, Entry> =>
  new Map(entries.map((entry) => [entry.id, entry]))

function readSheet(canvas: Entry, file: File, house: Environment): Sheet {
  const own = file.inside.get(canvas.id) ?? []
  const environment = extendEnvironment(house, canvas.raw)
  const opening = new Opening(file, Math.max(0, ...own.map(({ y }) => y)))
  const nodes = opening.open(own, environment, [])
  const groups = [...file.groups.values()].filter(({ z }) => z === canvas.id || (canvas.id === '' && !z))
  const members = Map.groupBy(own, ({ raw }) => text(raw, 'g'))
  return {
    id: canvas.id,
    label: text(canvas.raw, 'label', canvas.name) || canvas.name || 'Node-RED',
    info: text(canvas.raw, 'info'),
    isDisabled: isTrue(canvas.raw, 'disabled'),
    nodes,
    frames: [
      ...groups.map(({ id, name, raw }) => ({
        id,
        name,
        nodes: members.get(id)?.map((member) => member.id) ?? [],
        raw,
      })),
      ...opening.frames,
    ],
    remarks: opening.remarks,
  }
}

/**
 * Puts the nodes of subflows in the place of their instances. The instance itself and each of its
 * outputs become junctions, so that wires lead in and out as before.
 */
class Opening {
  readonly frames: Frame[] = []
  readonly remarks: string[] = []
  readonly #file: File
  /** The lowest node so far: what is opened stands below it. */
  #bottom: number

  constructor(file: File, bottom: number) {
    this.#file = file
    this.#bottom = bottom
  }

  open(entries: readonly Entry[], environment: Environment, instances: readonly string[]): Drawn[] {
    const nodes: Drawn[] = []
    const environments = new Map<string, Environment>()
    for (const entry of entries) {
      const group = text(entry.raw, 'g')
      const own = environments.get(group) ?? this.#environmentOf(entry, environment)
      environments.set(group, own)
      const drawn = {
        ...entry,
        raw: fillIn(entry.raw, own),
        environment: own,
        isDisabled: entry.raw['d'] === true,
        instances,
      }
      const template = this.#templateOf(entry)
      if (!template || drawn.isDisabled || !this.#mayOpen(template, instances)) nodes.push(drawn)
      else for (const inner of this.#openInstance(drawn, template)) nodes.push(inner)
    }
    return nodes
  }

  #templateOf({ type }: Entry): Entry | undefined {
    if (!type.startsWith('subflow:')) return undefined
    const id = type.slice('subflow:'.length)
    this.#file.used.add(id)
    return this.#file.templates.get(id)
  }

  #mayOpen(template: Entry, instances: readonly string[]): boolean {
    return instances.length < DEEPEST_SUBFLOW && (this.#file.sizes.get(template.id) ?? 0) <= this.#file.room
  }

  #openInstance(instance: Drawn, template: Entry): readonly Drawn[] {
    const inside = this.#file.inside.get(template.id) ?? []
    this.#file.room -= this.#file.sizes.get(template.id) ?? 0
    const name = instance.name || template.name || 'Subflow'
    const ids = new Map(inside.map(({ id }) => [id, `${instance.id}-${id}`]))
    const environment = extendEnvironment(extendEnvironment(instance.environment, template.raw), instance.raw)
    const exits = records(template.raw, 'out').map((_, index) => `${instance.id}-out-${index}`)
    const place = this.#placeBelow(inside)
    const leaving = exitsOf(template, exits)
    const inner = inside.map((entry) => ({
      ...moveInto(entry, ids, place),
      wires: portsOf(entry, leaving).map((port) => [
        ...(entry.wires[port] ?? []).flatMap((id) => ids.get(id) ?? []),
        ...(leaving.get(`${entry.id} ${port}`) ?? []),
      ]),
    }))
    const opened = this.open(inner, environment, [...instance.instances, instance.id])
    this.frames.push({ id: instance.id, name, nodes: opened.map(({ id }) => id), raw: {} })
    if (isRecord(template.raw['status']))
      this.remarks.push(`The status output of the subflow "${name}" was not carried over.`)
    const entrances = records(template.raw, 'in').flatMap((port) =>
      records(port, 'wires').map((wire) => ids.get(text(wire, 'id')) ?? ''),
    )
    const through = leaving.get(`${template.id} 0`) ?? []
    return [
      junction(instance, instance.id, [...entrances, ...through]),
      ...exits.map((id, index) => junction(instance, id, instance.wires[index] ?? [])),
      ...opened,
    ]
  }

  /** How far the nodes of a template are moved, so that they stand below everything else. */
  #placeBelow(inside: readonly Entry[]): readonly [number, number] {
    if (inside.length === 0) return [0, 0]
    const [left, top] = [Math.min(...inside.map(({ x }) => x)), Math.min(...inside.map(({ y }) => y))]
    const dy = this.#bottom + 120 - top
    this.#bottom = Math.max(...inside.map(({ y }) => y)) + dy
    return [120 - left, dy]
  }

  #environmentOf(entry: Entry, environment: Environment): Environment {
    const chain: Entry[] = []
    for (
      let group = this.#groupOf(entry);
      group && chain.length < DEEPEST_GROUP;
      group = this.#groupOf(group)
    )
      chain.push(group)
    return chain.reduceRight((around, group) => extendEnvironment(around, group.raw), environment)
  }

  #groupOf({ raw }: Entry): Entry | undefined {
    return this.#file.groups.get(text(raw, 'g'))
  }
}

/** Exits of an instance that ports inside lead to, by `node port`; the template's own id stands for its input. */
function exitsOf(template: Entry, exits: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const leaving = new Map<string, string[]>()
  for (const [index, exit] of records(template.raw, 'out').entries()) {
    for (const wire of records(exit, 'wires')) {
      const end = `${text(wire, 'id')} ${number(wire, 'port', 0)}`
      const list = leaving.get(end) ?? []
      list.push(exits[index] ?? '')
      leaving.set(end, list)
    }
  }
  return leaving
}

/** More outputs than any node has. */
const MOST_PORTS = 100

/** Numbers of the outputs of a node inside a template: those that have wires, or that lead out. */
function portsOf(entry: Entry, leaving: ReadonlyMap<string, unknown>): readonly number[] {
  let count = Math.min(entry.wires.length, MOST_PORTS)
  for (let port = count; port < MOST_PORTS; port++) if (leaving.has(`${entry.id} ${port}`)) count = port + 1
  return Array.from({ length: count }, (_, port) => port)
}

/** A node of a template as it stands in an instance: what names another one inside names that one's copy. */
function moveInto(
  entry: Entry,
  ids: ReadonlyMap<string, string>,
  [dx, dy]: readonly [number, number],
): Entry {
  const rename = (value: unknown): unknown => {
    if (typeof value === 'string') return ids.get(value) ?? value
    return Array.isArray(value) ? value.map(rename) : value
  }
  const raw = Object.fromEntries(Object.entries(entry.raw).map(([key, value]) => [key, rename(value)]))
  return { ...entry, id: ids.get(entry.id) ?? entry.id, x: entry.x + dx, y: entry.y + dy, raw }
}

const junction = (instance: Drawn, id: string, targets: readonly string[]): Drawn => ({
  ...instance,
  id,
  type: 'junction',
  wires: [targets],
  raw: {},
})
