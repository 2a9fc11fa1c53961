import { spawnSync } from 'node:child_process'
import { say } from '../../server/launch/install.mjs'

const works = () => spawnSync('cc', ['--version']).status === 0

/** Whether there is a C compiler, for the recorder of the power-cut test: the system's, or as root one from the distribution's packages. */
export function ensureCompiler() {
  if (process.platform !== 'linux') return false
  if (works()) return true
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (canInstall) {
    say('Installing a C compiler for the power-cut test …')
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'gcc', 'libc6-dev'], {
      stdio: 'inherit',
    })
  }
  if (works()) return true
  say('The power-cut test is left out: it needs a C compiler (Debian: sudo apt-get install gcc libc6-dev).')
  return false
}
