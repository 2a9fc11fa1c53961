import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const forbidden: readonly (readonly [path: string, imported: string])[] = [
  ['nodes/kit/kinds.ts', '#flows/flow.ts'],
  ['nodes/kit/kinds.ts', '#kit/runtime/clock.ts'],
  ['nodes/kit/runtime/clock.ts', '#server/house.ts'],
  ['nodes/filter/definition.ts', '#kit/runtime/clock.ts'],
  ['nodes/filter/definition.ts', '#nodes/debounce/definition.ts'],
  ['nodes/filter/runtime.ts', '#server/house.ts'],
  ['nodes/filter/runtime.ts', '#flows/flow.ts'],
  ['flows/flow.ts', '#server/house.ts'],
  ['flows/flow.ts', 'node:fs'],
  ['server/engine/engine.ts', '#nodes/runtimes.ts'],
  ['server/engine/engine.ts', '../store/store.ts'],
  ['server/web/live.ts', '#nodes/runtimes.ts'],
  ['editor/app.tsx', '#server/house.ts'],
  ['editor/app.tsx', '#nodes/filter/runtime.ts'],
  ['editor/app.tsx', '@xyflow/react'],
  ['editor/canvas/canvas.tsx', '#server/house.ts'],
  ['editor/document/document.ts', 'react'],
]

const allowed: readonly (readonly [path: string, imported: string])[] = [
  ['nodes/filter/definition.ts', '#kit/define-node.ts'],
  ['nodes/mqtt-in/definition.ts', '#nodes/connections/mqtt/definition.ts'],
  ['nodes/filter/runtime.ts', '#kit/runtime/implement-node.ts'],
  ['flows/flow.ts', '#kit/kinds.ts'],
  ['server/engine/engine.ts', '#flows/flow.ts'],
  ['editor/canvas/canvas.tsx', '@xyflow/react'],
]

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'wirehouse-imports-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Lints one file for each path, with an import on each line; answers the complaints as `path:line`. */
function lintAll(): ReadonlySet<string> {
  copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'))
  for (const [path] of cases) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(
      join(folder, path),
      importsOf(path)
        .map((from) => `import '${from}'\n`)
        .join(''),
    )
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const args = [biome, 'lint', '--vcs-enabled=false', '--max-diagnostics=200', '--reporter=github', '.']
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const complaints = stdout.matchAll(/noRestrictedImports,file=([^,]+),line=(\d+)/g)
  return new Set([...complaints].map(([, file = '', line]) => `${relative(folder, file)}:${line}`))
}

const cases = [...forbidden, ...allowed]
const importsOf = (path: string): string[] => cases.filter((one) => one[0] === path).map(([, from]) => from)
const lineOf = (path: string, imported: string): string => `${path}:${importsOf(path).indexOf(imported) + 1}`
const complaints = lintAll()

test.each(forbidden)('%s must not import %s', (path, imported) => {
  expect(complaints).toContain(lineOf(path, imported))
})

test.each(allowed)('%s may import %s', (path, imported) => {
  expect(complaints).not.toContain(lineOf(path, imported))
})
