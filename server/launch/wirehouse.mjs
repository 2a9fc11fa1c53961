#!/usr/bin/env node
// The command line beside `npm start`: `npx wirehouse test <flow.json> …`
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, fail, nodePath, root } from './install.mjs'

const [command, ...files] = process.argv.slice(2)
if (command !== 'test' || files.length === 0)
  fail('Usage: npx wirehouse test <flow.json> …   runs the tests that flow files carry, in virtual time.')
ensureInstalled()
const { status } = spawnSync(nodePath(), [join(root, 'test/rig/test-flow-files.ts'), ...files], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
