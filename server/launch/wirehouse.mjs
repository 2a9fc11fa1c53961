#!/usr/bin/env node
// The command line beside `npm start`: `npx wirehouse test [--json] [--untrusted] <flow.json> …`
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, fail, nodePath, root } from './install.mjs'

const [command, ...args] = process.argv.slice(2)
if (command !== 'test' || args.length === 0)
  fail(
    'Usage: npx wirehouse test [--json] [--untrusted] <flow.json> …   runs the tests that flow files carry, in virtual time.',
  )
ensureInstalled()
const { status } = spawnSync(nodePath(), [join(root, 'server/try/test-command.ts'), ...args], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
