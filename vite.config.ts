import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { germanApart } from './editor/build/german-apart.ts'

const SERVER = 'http://localhost:1880'

interface Graph {
  getModuleInfo(
    id: string,
  ): { readonly importedIds: readonly string[]; readonly dynamicallyImportedIds: readonly string[] } | null
}

const fromHere = (path: string): string => join(import.meta.dirname, path)
/** What everything begins with, and the page that is to be there first. */
const MAIN = fromHere('editor/main.tsx')
const FLOW_PAGE = fromHere('editor/flow/flow-page.tsx')
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
const groups = [
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

export default defineConfig({
  root: 'editor',
  plugins: [react(), germanApart([MAIN, FLOW_PAGE]), keepServerOut(), listShell(), compress()],
  build: {
    outDir: '../dist/editor',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700, // `shared` below, 163 kB as it travels
    modulePreload: { polyfill: false }, // so the page has no script of its own and begins with `first`
    rolldownOptions: {
      output: { codeSplitting: { groups } },
      checks: { pluginTimings: false },
      onwarn(warning, warn) {
        // else the person finds out who needs it first
        if (warning.code === 'IMPORT_IS_UNDEFINED') throw new Error(warning.message)
        // its German words import it themselves
        if (warning.code === 'INEFFECTIVE_DYNAMIC_IMPORT' && /cronstrue/.test(warning.message)) return
        warn(warning)
      },
    },
  },
  server: {
    proxy: {
      // Not our own sources, which stand in a folder of the same name.
      '^/api/(?!.*\\.tsx?(\\?|$))': SERVER,
      '^/mqtt$': {
        target: SERVER,
        ws: true,
        bypass: ({ headers }) => (headers.accept?.includes('text/html') ? '/index.html' : undefined),
      },
      '/socket.io': { target: SERVER, ws: true },
    },
  },
})

/** Fails the build when something of the server gets into the browser: a node's behaviour, the server itself, a module of Node. */
function keepServerOut(): Plugin {
  const forbidden = [
    /\/nodes\/.*\/runtime\.ts$/,
    /\/nodes\/runtimes\.ts$/,
    /^(?!.*node_modules).*\/server\//,
    /^node:/,
    /__vite-browser-external/,
  ]
  return {
    name: 'keep-server-out',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const root = join(import.meta.dirname, '/')
        const strangers = [...chunk.moduleIds, ...chunk.imports]
          .map((id) => id.replace(root, '/'))
          .filter((id) => forbidden.some((pattern) => pattern.test(id)))
        if (strangers.length > 0)
          this.error(`${chunk.fileName} holds what only the server may load: ${strangers.join(', ')}`)
      }
    },
  }
}

const SHELL_FILES = 'shell-files.js'
/** What the page needs to say that the house is away, in German as well, and to be worked with meanwhile. */
const shellChunks = ['first', 'floating', 'german-words', 'more-icon']

/** Writes down for the worker (`editor/public/worker.js`) what the shell of the app is, under a name that changes with it. */
function listShell(): Plugin {
  const write = (files: readonly string[], page = ''): string => {
    const version = createHash('sha256').update(files.join()).update(page).digest('hex').slice(0, 12)
    return `self.shell = ${JSON.stringify({ version, files })}\n`
  }
  return {
    name: 'list-shell',
    configureServer({ middlewares }) {
      middlewares.use(`/${SHELL_FILES}`, (_request, response) => {
        response.setHeader('content-type', 'text/javascript').end(write([]))
      })
    },
    generateBundle: {
      order: 'post', // when the page stands, too
      handler(_options, bundle) {
        const names = new Set<string>()
        for (const chunk of Object.values(bundle))
          if (chunk.type === 'chunk' && shellChunks.includes(chunk.name)) names.add(chunk.fileName)
        for (const name of names) {
          const chunk = bundle[name]
          if (chunk?.type !== 'chunk') continue
          for (const next of [...chunk.imports, ...(chunk.viteMetadata?.importedCss ?? [])]) names.add(next)
        }
        const besides = Object.keys(bundle).filter((name) => /\/inter-/.test(name))
        const files = [...names, ...besides].sort().map((name) => `/${name}`)
        const page = bundle['index.html']
        if (page?.type !== 'asset') return this.error('the page is missing from the build')
        this.emitFile({ type: 'asset', fileName: SHELL_FILES, source: write(files, String(page.source)) })
      },
    },
  }
}

const packable = new Set(['.js', '.css', '.html', '.svg', '.json', '.map'])
/** Smaller files gain nothing. */
const PACK_FROM_BYTES = 1024

/** Writes a `.br` and a `.gz` beside each file that shrinks, so that a Pi never has to compress. */
function compress(): Plugin {
  return {
    name: 'compress',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return
      const entries = await readdir(dir, { recursive: true, withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile() && packable.has(extname(entry.name)))
      await Promise.all(files.map((file) => pack(join(file.parentPath, file.name))))
    },
  }
}

async function pack(file: string): Promise<void> {
  const content = await readFile(file)
  if (content.length < PACK_FROM_BYTES) return
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, quality))
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }))
}
