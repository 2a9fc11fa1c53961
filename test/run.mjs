// `npm test`: installs what the tests need, then runs everything. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from '../server/launch/build.mjs'
import { ensureInstalled, fail, nodePath, root, run, say } from '../server/launch/install.mjs'

ensureInstalled()
process.env.TEST_CHROMIUM ??= findChromium() ?? installChromium()

const steps = [
  ['Types', 'typescript/bin/tsc', ['-p', '.']],
  ['Lint and format', '@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '.']],
]
for (const [name, tool, args] of steps) {
  say(`\n── ${name}`)
  run(nodePath(), [join(root, 'node_modules', tool), ...args], `${name}: the lines above say what is wrong.`)
}
say('\n── Build')
ensureBuilt()
say('\n── Tests')
run(
  nodePath(),
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)],
  'Some tests failed.',
)

function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome']
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync)
}

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
