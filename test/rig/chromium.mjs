import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail, run, say } from '../../server/launch/install.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome']

/** The path of a Chromium for the end-to-end tests: the system's, or as root one from the distribution's packages. */
export const ensureChromium = () => process.env.TEST_CHROMIUM ?? findChromium() ?? installChromium()

const findChromium = () =>
  folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path))

function installChromium() {
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (!canInstall)
    fail(
      'The tests need Chromium. Install it (Debian: sudo apt-get install chromium), or name one in TEST_CHROMIUM.',
    )
  say('Installing Chromium for the end-to-end tests …')
  const failure = 'Installing Chromium failed. Install it by hand and run the tests again.'
  run('apt-get', ['update', '-qq'], failure)
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], failure)
  return findChromium() ?? fail(failure)
}
