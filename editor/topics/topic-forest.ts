import type { MqttPayload, TopicsEvent, TopicValue } from '../api/types.ts'

/** A level of the topics: a topic, a branch with topics below, or both. */
export class TopicNode {
  readonly path: string
  readonly level: string
  readonly parent: TopicNode | undefined
  /** In the order in which they are shown. */
  readonly children: TopicNode[] = []
  readonly byLevel = new Map<string, TopicNode>()
  /** Missing for a branch that is no topic itself. */
  id: number | undefined
  isRetained = false
  /** Of its own messages, as far as it has been in view. */
  value: TopicValue | undefined
  /** Topics and messages here and below. */
  topics = 0
  messages = 0
  /** When the last message came here or below, by this browser's clock; 0 before anybody looked. */
  at = 0
  /** Messages a second. */
  rate = 0
  /** Messages since the rate was last reckoned. */
  fresh = 0

  constructor(level: string, parent: TopicNode | undefined) {
    this.level = level
    this.parent = parent
    this.path = parent === undefined || parent.parent === undefined ? level : `${parent.path}/${level}`
  }
}

/** A line of the tree. */
export interface TopicRow {
  readonly node: TopicNode
  /** 1 for the first. */
  readonly depth: number
  readonly isOpen: boolean
  readonly place: number
  readonly of: number
}

const order = new Intl.Collator(undefined, { numeric: true }).compare
/** How much a second counts in the rate, against those before. */
const NEWEST_WEIGHT = 0.4
const NO_RATE = 0.05

/** The topics as a tree, kept up to date by what the server tells. It knows no React. */
export class TopicForest {
  readonly root = new TopicNode('', undefined)
  readonly #byId = new Map<number, { readonly node: TopicNode; messages: number }>()
  readonly #active = new Set<TopicNode>()
  readonly #listeners = new Set<() => void>()
  /** Rises with every change … */
  version = 0
  /** … and this one only when topics come or go. */
  structure = 0
  /** Topics that the server has no room for. */
  leftOut = 0
  /** The server has told what there is. */
  isFilled = false

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  take(event: TopicsEvent, now: number): void {
    if (event.isAnew) this.#clear()
    const skew = now - event.now
    for (const [id, name, messages, at, isRetained] of event.added)
      this.#add(id, name, messages, at === 0 ? 0 : at + skew, isRetained === 1)
    for (let at = 0; at + 2 < event.counts.length; at += 3)
      this.#count(event.counts[at], event.counts[at + 1], event.counts[at + 2] === 1, now)
    for (const value of event.values) {
      const known = this.#byId.get(value.id)
      if (known) known.node.value = value
    }
    for (const id of event.removed) this.#remove(id)
    if (event.isAnew || event.added.length + event.removed.length > 0) this.structure++
    this.leftOut = event.leftOut
    this.isFilled = true
    this.#tell()
  }

  /** Forgets everything: who looks next may be somebody else. */
  clear(): void {
    this.#clear()
    this.structure++
    this.leftOut = 0
    this.isFilled = false
    this.#tell()
  }

  /** Reckons the rates anew; to be called once a second. */
  reckonRates(): void {
    if (this.#active.size === 0) return
    for (const node of this.#active) {
      node.rate = node.rate * (1 - NEWEST_WEIGHT) + node.fresh * NEWEST_WEIGHT
      node.fresh = 0
      if (node.rate >= NO_RATE) continue
      node.rate = 0
      this.#active.delete(node)
    }
    this.#tell()
  }

  find(path: string): TopicNode | undefined {
    let node: TopicNode | undefined = this.root
    for (const level of path.split('/')) node = node?.byLevel.get(level)
    return node
  }

  /** All topics, in the order of the tree. */
  *topics(from = this.root): Generator<TopicNode> {
    if (from.id !== undefined) yield from
    for (const child of from.children) yield* this.topics(child)
  }

  /** The lines to be shown. With words to look for, those whose topics have all of them, with the branches above. */
  rows(isOpen: (path: string) => boolean, search = ''): readonly TopicRow[] {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean)
    const wanted = words.length === 0 ? undefined : this.#matching(words)
    const rows: TopicRow[] = []
    addRows(rows, this.root, 1, isOpen, wanted)
    return rows
  }

  #matching(words: readonly string[]): ReadonlySet<TopicNode> {
    const wanted = new Set<TopicNode>()
    for (const { node } of this.#byId.values()) {
      const path = node.path.toLowerCase()
      if (!words.every((word) => path.includes(word))) continue
      for (let each: TopicNode | undefined = node; each && !wanted.has(each); each = each.parent)
        wanted.add(each)
    }
    return wanted
  }

  #add(id: number, name: string, messages: number, at: number, isRetained: boolean): void {
    let node = this.root
    for (const level of name.split('/')) node = node.byLevel.get(level) ?? insertChild(node, level)
    node.id = id
    node.isRetained = isRetained
    this.#byId.set(id, { node, messages })
    for (let each: TopicNode | undefined = node; each; each = each.parent) {
      each.topics++
      each.messages += messages
      each.at = Math.max(each.at, at)
    }
  }

  #count(id = 0, messages = 0, isRetained: boolean, now: number): void {
    const known = this.#byId.get(id)
    if (!known) return
    const more = messages - known.messages
    known.messages = messages
    known.node.isRetained = isRetained
    if (more === 0) return
    for (let each: TopicNode | undefined = known.node; each; each = each.parent) {
      each.messages += more
      each.fresh += more
      each.at = now
      this.#active.add(each)
    }
  }

  #remove(id: number): void {
    const known = this.#byId.get(id)
    if (!known) return
    const { node } = known
    this.#byId.delete(id)
    node.id = undefined
    node.value = undefined
    node.isRetained = false
    for (let each: TopicNode | undefined = node; each; each = each.parent) {
      each.topics--
      each.messages -= known.messages
      if (each.topics === 0 && each.parent) removeChild(each.parent, each)
      if (each.topics === 0) this.#active.delete(each)
    }
  }

  #clear(): void {
    this.#byId.clear()
    this.#active.clear()
    this.root.children.length = 0
    this.root.byLevel.clear()
    Object.assign(this.root, { topics: 0, messages: 0, at: 0, rate: 0, fresh: 0 })
  }

  #tell(): void {
    this.version++
    for (const listener of this.#listeners) listener()
  }
}

function addRows(
  rows: TopicRow[],
  { children }: TopicNode,
  depth: number,
  isOpen: (path: string) => boolean,
  wanted: ReadonlySet<TopicNode> | undefined,
): void {
  const shown = wanted ? children.filter((child) => wanted.has(child)) : children
  for (const [index, node] of shown.entries()) {
    const opens = node.children.length > 0 && (isOpen(node.path) || wanted !== undefined)
    rows.push({ node, depth, isOpen: opens, place: index + 1, of: shown.length })
    if (opens) addRows(rows, node, depth + 1, isOpen, wanted)
  }
}

function insertChild(parent: TopicNode, level: string): TopicNode {
  const child = new TopicNode(level, parent)
  parent.byLevel.set(level, child)
  let [low, high] = [0, parent.children.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (order(parent.children[middle]?.level ?? '', level) < 0) low = middle + 1
    else high = middle
  }
  parent.children.splice(low, 0, child)
  return child
}

function removeChild(parent: TopicNode, child: TopicNode): void {
  parent.byLevel.delete(child.level)
  parent.children.splice(parent.children.indexOf(child), 1)
}

/** What a subscription to a line of the tree asks for: the topic, or all below a branch. */
export const filterOf = (node: TopicNode): string => (node.id === undefined ? `${node.path}/#` : node.path)

/** A payload in one line. */
export const lineOf = (payload: MqttPayload): string =>
  'text' in payload ? payload.text.replaceAll(/\s+/g, ' ') : hexOf(payload.base64)

const hexOf = (base64: string): string =>
  Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(' ')
