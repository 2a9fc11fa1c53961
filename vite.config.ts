import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { FLOW_PAGE, groups, MAIN } from './editor/build/chunks.ts'
import { compress } from './editor/build/compress.ts'
import { germanApart } from './editor/build/german-apart.ts'
import { keepServerOut } from './editor/build/keep-server-out.ts'
import { listShell } from './editor/build/list-shell.ts'

const SERVER = 'http://localhost:1880'

export default defineConfig({
  root: 'editor',
  plugins: [react(), germanApart([MAIN, FLOW_PAGE]), keepServerOut(), listShell(), compress()],
  build: {
    outDir: '../dist/editor',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700, // `first`, 155 kB as it travels
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
