import { defineConfig } from 'vite'

/** Bundles the server, so that it starts quickly on a slow card. Packages with native parts stay outside. */
export default defineConfig({
  ssr: { noExternal: true, external: ['better-sqlite3', '@node-rs/argon2'] },
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'dist/server',
    emptyOutDir: true,
    sourcemap: false,
    rolldownOptions: {
      input: {
        main: 'server/main.ts',
        'writer-thread': 'server/store/writer/writer-thread.ts',
        'run-host': 'server/hosts/run-host.ts',
      },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
