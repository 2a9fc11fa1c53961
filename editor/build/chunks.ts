import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Graph {
  getModuleInfo(
    id: string,
  ): { readonly importedIds: readonly string[]; readonly dynamicallyImportedIds: readonly string[] } | null
}

const fromHere = (path: string): string => join(import.meta.dirname, '../..', path)
/** What everything begins with, and the page that is to be there first. */
export const MAIN = fromHere('editor/main.tsx')
export const FLOW_PAGE = fromHere('editor/flow/flow-page.tsx')
const ROUTES = fromHere('editor/app.tsx')

const firstIcons = readFileSync(fromHere('editor/ui/icons.ts'), 'utf8')

/** Lucide names all its icons in one module: those that are not among the first are not meant by who imports it. */
function isMeant(id: string): boolean {
  const icon = /lucide-react\/dist\/esm\/icons\/(.+)\.m?js$/.exec(id)?.[1]
  return icon === undefined || new RegExp(`^  '?${icon}'?:`, 'm').test(firstIcons)
}

/** A module with all that is loaded before it can run. */
function closureOf(start: string, graph: Graph): Set<string> {
  const ids = new Set([start])
  for (const id of ids)
    for (const next of graph.getModuleInfo(id)?.importedIds ?? []) if (isMeant(next)) ids.add(next)
  return ids
}

/** What every page needs, with what the page of a flow shares with another; and what only the page of a flow needs. */
interface Needs {
  readonly first: ReadonlySet<string>
  readonly flow: ReadonlySet<string>
}

function findNeeds(graph: Graph): Needs {
  const pages = graph.getModuleInfo(ROUTES)?.dynamicallyImportedIds ?? []
  const others = pages.filter((id) => id !== FLOW_PAGE).map((id) => closureOf(id, graph))
  const flow = closureOf(FLOW_PAGE, graph)
  const shared = [...flow].filter((id) => others.some((other) => other.has(id)))
  return { first: new Set([...closureOf(MAIN, graph), ...shared]), flow }
}

const known = new WeakMap<Graph, Needs>()
function needsOf(graph: Graph): Needs {
  const needs = known.get(graph) ?? findNeeds(graph)
  known.set(graph, needs)
  return needs
}

function groupOf(id: string, graph: Graph): string | null {
  const { first, flow } = needsOf(graph)
  if (id.includes('rolldown/runtime')) return 'first'
  if (first.has(id)) return 'first'
  return flow.has(id) ? 'flow' : null
}

/**
 * What the first look at a flow needs travels in one file beside the page itself, and what the other pages share in
 * another, not in twenty: a Pi answers few requests faster than many.
 */
export const groups = [
  { name: groupOf, priority: 3 },
  // menus and dialogs are opened on every page, and where nothing else can be loaded
  {
    name: 'floating',
    test: /@radix-ui|@floating-ui|react-remove-scroll|aria-hidden|editor\/ui\/floating/,
    priority: 2,
  },
  {
    name: 'shared',
    test: /^(?!.*(help|examples|code-mirror|locales|german)).*\/(editor|nodes|flows)\/|node_modules\//,
    minShareCount: 2,
    priority: 1,
  },
]
