import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const SERVER = 'http://localhost:1880'

/** What several pages use travels in one file, not in twenty: a Pi answers few requests faster than many. */
const shared = {
  name: 'shared',
  test: /\/(editor\/(api|forms|i18n|ui)|nodes|flows)\/(?!.*(help|examples))|node_modules\/(react|react-dom|scheduler|radix-ui|@radix-ui|@tanstack|zod|lucide-react|wouter|zustand|sonner|socket\.io-client)\//,
  minShareCount: 2,
}

export default defineConfig({
  root: 'editor',
  plugins: [react(), keepServerOut(), compress()],
  build: {
    outDir: '../dist/editor',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700, // `shared` below, 163 kB as it travels
    rolldownOptions: { output: { codeSplitting: { groups: [shared] } }, checks: { pluginTimings: false } },
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
