// `npm run bench`: installs and builds what is missing, then measures. Arguments go to bench.ts.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt } from '../../server/launch/build.mjs'
import { ensureInstalled, nodePath, root } from '../../server/launch/install.mjs'

ensureInstalled()
ensureBuilt()
const bench = spawn(nodePath(), [join(root, 'test/bench/bench.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => bench.kill(signal))
bench.on('exit', (code) => process.exit(code ?? 1))
