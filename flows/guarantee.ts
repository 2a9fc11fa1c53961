import type { ChainPlace } from '#kit/chain.ts'
import { inputsOf, outputsOf } from '#kit/define-node.ts'
import { ERROR_PORT } from '#kit/kinds.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { Catalogue } from './catalogue.ts'
import { type Flow, type FlowNode, readEndpoint } from './flow.ts'
import { parseNodeConfig } from './node-config.ts'

/** Whether what begins at a flow's sources is done in the end, whatever happens to the house in between. */
export interface Guarantee {
  /** `none`: nothing that the flow receives leads to anything outside of it. */
  readonly kind: 'guaranteed' | 'bestEffort' | 'none'
  /** Sources all of whose ways are safe; in a flow that is best effort as a whole, too. */
  readonly safeSources: readonly ChainNode[]
  /** The nodes that break a chain, and why, in the order of the flow. */
  readonly breaks: readonly ChainBreak[]
}

/** A node, with what it takes to call it by a name. */
export interface ChainNode {
  readonly node: string
  readonly type: string
  readonly name?: string
}

export interface ChainBreak extends ChainNode, Sentence {}

/** What a flow cannot say about the house it stands in. */
export interface ChainHouse extends Pick<ChainPlace, 'connection'> {
  /** Messages of QoS 1 and 2 are on disk before they are acknowledged. */
  readonly keepsMessages: boolean
}

interface Link {
  readonly node: FlowNode
  readonly isSource: boolean
  readonly isEffect: boolean
  readonly failuresOf: readonly string[] | undefined
  readonly mayLose: (place: ChainPlace) => Sentence | undefined
  readonly next: Link[]
  readonly previous: Link[]
  /** Who hears of its failures. A side way: nothing becomes a chain by leading only there. */
  readonly hearers: Link[]
}

/** Looks at every way from a source to an effect. The work grows with nodes and wires, not with ways: a flow may be hostile. */
export function guaranteeOf(flow: Flow, catalogue: Catalogue, house: ChainHouse): Guarantee {
  const { all: links, hearersOfAll } = linksOf(flow, catalogue)
  const leading = reach(
    links.filter(({ isEffect }) => isEffect),
    ({ previous }) => previous,
  )
  const sources = new Set(
    links.filter((link) => link.isSource && link.next.some((next) => leading.has(next))),
  )
  const heard = sources.size > 0 ? hearersOfAll : []
  const reached = reach([...sources, ...heard], ({ next, hearers }) => [...next, ...hearers])
  const breaks = new Map<Link, Sentence>()
  for (const link of links) {
    if (!reached.has(link) || !leading.has(link)) continue
    const isSource = sources.has(link)
    const { connection, keepsMessages } = house
    const loss =
      link.mayLose({ isSource, connection }) ?? (isSource && !keepsMessages ? nothingKept : undefined)
    if (loss) breaks.set(link, loss)
  }
  const unsafe = reach([...breaks.keys()], ({ previous }) => previous.filter((link) => leading.has(link)))
  return {
    kind: sources.size === 0 ? 'none' : breaks.size === 0 ? 'guaranteed' : 'bestEffort',
    safeSources: [...sources].filter((link) => !unsafe.has(link)).map(named),
    breaks: [...breaks].map(([link, sentence]) => ({ ...named(link), ...sentence })),
  }
}

const nothingKept: Sentence = {
  code: 'CHAIN_INBOX_OFF',
  message:
    'This house keeps no messages on disk (WIREHOUSE_INBOX is off). A crash loses what the flow has in its hands.',
}

const named = ({ node: { id, type, name } }: Link): ChainNode => ({
  node: id,
  type,
  ...(name !== undefined && { name }),
})

const reach = (from: readonly Link[], ways: (link: Link) => readonly Link[]): ReadonlySet<Link> => {
  const reached = new Set(from)
  // a set that grows while it is gone through is gone through to its new end
  for (const link of reached) for (const next of ways(link)) reached.add(next)
  return reached
}

/** The nodes that can be read, joined by their wires and by who hears of whose failures. The others do nothing. */
function linksOf(flow: Flow, catalogue: Catalogue) {
  const links = new Map(flow.nodes.flatMap((node) => linkOf(node, catalogue)))
  for (const wire of flow.wires) {
    const [from, to] = wire.map((end) => links.get(readEndpoint(end).node))
    if (!from || !to) continue
    from.next.push(to)
    to.previous.push(from)
  }
  const all = [...links.values()]
  const hearers = all.flatMap((link) => (link.failuresOf ? [{ link, of: link.failuresOf }] : []))
  const within = linksByPlace(links)
  for (const { link, of } of hearers)
    for (const id of of) for (const heard of within.get(id) ?? []) heard.hearers.push(link)
  return { all, hearersOfAll: hearers.flatMap(({ link, of }) => (of.length === 0 ? [link] : [])) }
}

/** Links by their node's id, and by the places that it stands in: who names `hall` means all of `hall/lamp`, too. */
function linksByPlace(links: ReadonlyMap<string, Link>): ReadonlyMap<string, readonly Link[]> {
  const places = new Map<string, Link[]>()
  for (const [id, link] of links)
    for (let end = id.indexOf('/'); ; end = id.indexOf('/', end + 1)) {
      const place = end < 0 ? id : id.slice(0, end)
      const list = places.get(place)
      if (list) list.push(link)
      else places.set(place, [link])
      if (end < 0) break
    }
  return places
}

function linkOf(node: FlowNode, catalogue: Catalogue): readonly [string, Link][] {
  const definition = catalogue.nodes.get(node.type)
  if (!definition) return []
  const parsed = parseNodeConfig(definition, node)
  if (!parsed.ok) return []
  const { chain = {} } = definition
  const config = parsed.value as never
  const hasInputs = Object.keys(inputsOf(definition, config)).length > 0
  const { [ERROR_PORT]: _error, ...outputs } = outputsOf(definition, config)
  const link: Link = {
    node,
    isSource: Object.keys(outputs).length > 0 && (chain.isSource?.(config) ?? !hasInputs),
    isEffect: hasInputs && chain.isEffect === true,
    failuresOf: chain.failuresOf?.(config),
    mayLose: (place) => chain.mayLose?.(config, place),
    next: [],
    previous: [],
    hearers: [],
  }
  return [[node.id, link]]
}
