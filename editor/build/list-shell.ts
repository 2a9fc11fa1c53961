import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

const SHELL_FILES = 'shell-files.js'
/** What the page needs to say that the house is away, in German as well, and to be worked with meanwhile. */
const shellChunks = ['first', 'floating', 'german-words', 'more-icon']

/** Writes down for the worker (`editor/public/worker.js`) what the shell of the app is, under a name that changes with it. */
export function listShell(): Plugin {
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
