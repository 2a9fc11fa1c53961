// `npm run bench`: installs and builds what is missing, then measures.
import { join } from 'node:path'
import { ensureBuilt } from '../../server/launch/build.mjs'
import { ensureInstalled, nodePath, root, run } from '../../server/launch/install.mjs'

ensureInstalled()
ensureBuilt()
run(nodePath(), [join(root, 'test/bench/bench.ts')], 'The benchmark failed.')
