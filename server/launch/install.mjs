// Runs on whatever Node the machine has, before anything is installed: plain JavaScript, no packages.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const stamp = join(root, 'node_modules/.wirehouse-installed')
const pinnedNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** Installs the packages of the lockfile, unless they are there. */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Installing packages (only the first time, and after an update) …')
  run(
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    'Installing the packages failed; the lines above say why. It needs the network once.',
  )
  writeFileSync(stamp, wanted)
}

/** Whether this process runs a Node that the project runs on (`engines` in package.json). */
export function isNodeNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 18)
}

/** The Node to run the project with: the pinned one, or that of the machine if it is new enough. */
export function nodePath() {
  if (existsSync(pinnedNode)) return pinnedNode
  if (isNodeNewEnough()) return process.execPath
  fail(
    `Wirehouse needs Node 22.18 or newer; this is ${process.versions.node}, and the pinned one was not installed. ` +
      'Allow the install script of the package "node" (npm config: ignore-scripts), or install a newer Node.',
  )
}

/** Runs a command of the project to its end; exits with one clear line if it fails. */
export function run(command, args, failure) {
  const path = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env.PATH].join(':')
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  if (result.status !== 0) fail(failure)
}

export function say(text) {
  process.stdout.write(`${text}\n`)
}

export function fail(text) {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}
