import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodePath, root, run, say } from './install.mjs'

const sources = ['nodes', 'flows', 'server', 'editor', 'package-lock.json', 'vite.config.ts']
const stamp = join(root, 'dist/.built-from')

/** Builds editor and server, unless they are built from the sources as they are. */
export function ensureBuilt() {
  const wanted = fingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building (only the first time, and after a change) …')
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const failure = 'The build failed; the lines above say why.'
  run(nodePath(), [vite, 'build', '--logLevel', 'warn'], failure)
  run(nodePath(), [vite, 'build', '--logLevel', 'warn', '--config', 'server/vite.config.ts'], failure)
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Names, sizes and times of all sources: quick to take, and different after any change. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of filesBelow(source)) {
      const { size, mtimeMs } = statSync(join(root, file))
      hash.update(`${file}\0${size}\0${mtimeMs}\0`)
    }
  }
  return hash.digest('hex')
}

function filesBelow(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path]
  return readdirSync(join(root, path), { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]))
}
