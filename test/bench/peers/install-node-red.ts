import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { peersFolder } from './peers-folder.ts'

const VERSION = '5.0.7'

/** Installs Node-RED beside the benchmark: the product does not depend on it. */
export function installNodeRed(): { readonly program: string; readonly version: string } {
  const folder = join(peersFolder, 'node-red')
  const installed = join(folder, 'node_modules/node-red')
  if (installedVersion(installed) !== VERSION) {
    process.stdout.write(`Installing Node-RED ${VERSION} for the comparison …\n`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', `node-red@${VERSION}`]
    execFileSync('npm', args, { cwd: folder, stdio: 'inherit' })
  }
  return { program: join(installed, 'red.js'), version: VERSION }
}

function installedVersion(folder: string): string | undefined {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined
}
