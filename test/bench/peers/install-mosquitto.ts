import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { peersFolder } from './peers-folder.ts'

export interface MosquittoFiles {
  readonly program: string
  /** Folder of the libraries that came with it; empty if the system has them. */
  readonly libraries: string
  readonly version: string
}

/**
 * The machine's Mosquitto, or one from the packages of its distribution. Those are unpacked beside the
 * benchmark, not installed: an installed Mosquitto would start now and with every boot, on the port that
 * Wirehouse wants. Throws an error that says what to do where there is neither.
 */
export function installMosquitto(): MosquittoFiles {
  const found = findMosquitto()
  if (found && findMosquittoClient('pub') !== undefined) return found
  unpackPackages(folder)
  return findMosquitto() ?? unpacked()
}

/** A tool on the command line: the machine's, or the one that was unpacked before; nothing is fetched. */
export const findMosquittoClient = (name: 'pub' | 'sub' | 'passwd'): string | undefined =>
  ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', join(folder, 'usr/bin')]
    .map((path) => join(path, `mosquitto_${name}`))
    .find(existsSync)

/** The machine's Mosquitto, or the one that was unpacked before; nothing is fetched. */
export function findMosquitto(): MosquittoFiles | undefined {
  const installed = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
    existsSync,
  )
  if (installed !== undefined) return { program: installed, libraries: '', version: versionOf(installed, '') }
  return existsSync(program) ? unpacked() : undefined
}

const folder = join(peersFolder, 'mosquitto')
const program = join(folder, 'usr/sbin/mosquitto')

function unpacked(): MosquittoFiles {
  const libraries = librariesBelow(join(folder, 'usr/lib'))
  return { program, libraries, version: versionOf(program, libraries) }
}

function unpackPackages(folder: string): void {
  process.stdout.write('Fetching Mosquitto (only the first time) …\n')
  const downloads = join(peersFolder, 'packages')
  mkdirSync(downloads, { recursive: true })
  try {
    if (process.getuid?.() === 0) quietly('apt-get', ['update', '-qq'], downloads)
    const simulate = ['install', '--simulate', '--no-install-recommends', 'mosquitto', 'mosquitto-clients']
    const plan = quietly('apt-get', simulate, downloads)
    const names = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '')
    quietly('apt-get', ['download', ...names], downloads)
    for (const file of readdirSync(downloads)) quietly('dpkg-deb', ['-x', file, folder], downloads)
  } catch (cause) {
    throw new Error(
      'Mosquitto 2 could not be fetched from the packages of the distribution. Install it (Debian: sudo apt-get install mosquitto) and try again.',
      { cause },
    )
  }
}

const quietly = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Debian keeps libraries in a folder per architecture. */
const librariesBelow = (folder: string): string =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .join(':')

function versionOf(program: string, libraries: string): string {
  const { stdout } = spawnSync(program, ['-h'], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
  })
  return /mosquitto version (\S+)/.exec(stdout)?.[1] ?? 'of an unknown version'
}
