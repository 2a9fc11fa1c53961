import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Fails the build when something of the server gets into the browser: a node's behaviour, the server itself, a module of Node. */
export function keepServerOut(): Plugin {
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
        const root = join(import.meta.dirname, '../../')
        const strangers = [...chunk.moduleIds, ...chunk.imports]
          .map((id) => id.replace(root, '/'))
          .filter((id) => forbidden.some((pattern) => pattern.test(id)))
        if (strangers.length > 0)
          this.error(`${chunk.fileName} holds what only the server may load: ${strangers.join(', ')}`)
      }
    },
  }
}
