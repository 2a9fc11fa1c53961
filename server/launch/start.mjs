// `npm start`: installs and builds what is missing, then runs the server.
import { spawn } from 'node:child_process'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, isNodeNewEnough, nodePath } from './install.mjs'
import { becomeServer, serverArguments, serverEnvironment } from './run.mjs'

ensureInstalled()
ensureBuilt()

if (isNodeNewEnough()) await becomeServer()
else runIn(nodePath())

/** The first start on a machine with an older Node: later ones find the pinned Node in npm's path. */
function runIn(node) {
  const child = spawn(node, [...serverArguments, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: serverEnvironment,
  })
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 0 : 1)))
}
