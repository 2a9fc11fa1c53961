// `npm test`: installs what the tests need, then runs everything. Arguments go to vitest.
import { join } from 'node:path'
import { ensureBuilt } from '../server/launch/build.mjs'
import { ensureInstalled, nodePath, root, run, say } from '../server/launch/install.mjs'
import { ensureChromium } from './rig/chromium.mjs'
import { ensureCompiler } from './rig/compiler.mjs'

ensureInstalled()
process.env.TEST_CHROMIUM = ensureChromium()
ensureCompiler()
run(nodePath(), [join(root, 'test/rig/fetch-mosquitto.ts')], 'Looking for Mosquitto failed.')

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
