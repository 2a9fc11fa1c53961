// `npm run torture`: installs and builds what is missing, then torments the server. Arguments go to torture.ts.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt } from '../../server/launch/build.mjs'
import { ensureInstalled, nodePath, root } from '../../server/launch/install.mjs'

ensureInstalled()
ensureBuilt()
const torture = spawn(nodePath(), [join(root, 'test/torture/torture.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => torture.kill(signal))
torture.on('exit', (code) => process.exit(code ?? 1))
