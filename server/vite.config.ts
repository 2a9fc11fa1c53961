import { createRequire } from 'node:module'
import { defineConfig, type Plugin } from 'vite'

/** Extensions of what the server answers with, and of what it is sent. */
const served = [
  'html',
  'js',
  'css',
  'json',
  'txt',
  'svg',
  'png',
  'ico',
  'woff2',
  'webmanifest',
  'map',
  'wasm',
  'bin',
]
const sent = ['application/x-www-form-urlencoded', 'multipart/form-data']

/**
 * Bundles the server, so that it starts quickly on a slow card and takes little memory. Packages with
 * native parts stay outside, and so do the tables of iconv-lite, which express brings and nobody reads.
 *
 * As CommonJS: an ES module that imports `node:http` has Node read every member of it, and thereby load
 * undici, which nobody here calls (12 MB and 30 ms). Without white space, but with all names: V8 keeps
 * the source in memory, and stack traces stay readable.
 */
export default defineConfig({
  ssr: { noExternal: true, external: ['better-sqlite3', '@node-rs/argon2', 'iconv-lite'] },
  plugins: [knownTypes(), inAscii(), saidToBeCommonJs()],
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'dist/server',
    emptyOutDir: true,
    sourcemap: false,
    rolldownOptions: {
      input: {
        main: 'server/launch/built.ts',
        'writer-thread': 'server/store/writer/writer-thread.ts',
        'backup-thread': 'server/store/backups/backup-thread.ts',
        'certificate-thread': 'server/tls/certificate-thread.ts',
        'run-host': 'server/launch/built-host.ts',
        'run-trials': 'server/launch/built-trials.ts',
      },
      output: {
        format: 'cjs',
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        minify: { compress: false, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
      },
    },
  },
})

/** Of the 2,500 media types that express brings along three times, those that anybody here meets. */
function knownTypes(): Plugin {
  const types: Readonly<Record<string, { readonly extensions?: readonly string[] }>> = createRequire(
    import.meta.url,
  )('mime-db')
  const known = Object.entries(types).filter(
    ([type, { extensions = [] }]) =>
      sent.includes(type) || extensions.some((extension) => served.includes(extension)),
  )
  return {
    name: 'known-types',
    enforce: 'pre',
    resolveId: (id) => (id === 'mime-db' ? '\0mime-db' : null),
    load: (id) =>
      id === '\0mime-db' ? `module.exports = ${JSON.stringify(Object.fromEntries(known))}` : null,
  }
}

/** V8 keeps a source with one “ in it as two bytes a character. */
function inAscii(): Plugin {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return {
    name: 'in-ascii',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escaped)
    },
  }
}

/** The package's own `"type": "module"` does not hold below `dist/server`. */
function saidToBeCommonJs(): Plugin {
  return {
    name: 'said-to-be-commonjs',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' })
    },
  }
}
