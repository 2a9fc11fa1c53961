import { defineConfig, type Plugin } from 'vite'

/**
 * Bundles the server, so that it starts quickly on a slow card and takes little memory. Packages with
 * native parts stay outside, and so do the tables of iconv-lite, which express brings and nobody reads, and
 * those of mime-db, which would come in three times.
 *
 * As CommonJS: an ES module that imports `node:http` has Node read every member of it, and thereby load
 * undici, which nobody here calls (12 MB and 30 ms). Without white space, but with all names: V8 keeps
 * the source in memory, and stack traces stay readable.
 */
export default defineConfig({
  ssr: { noExternal: true, external: ['better-sqlite3', '@node-rs/argon2', 'iconv-lite', 'mime-db'] },
  plugins: [inAscii(), saidToBeCommonJs()],
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
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
})

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
