import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const run = (...files: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'test-flow-files.ts'), ...files], {
    encoding: 'utf8',
  })

const example = join(import.meta.dirname, '../../flows/examples/light-rule.json')

function file(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'wirehouse-')), 'flow.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

test('a flow file whose tests pass ends with 0', () => {
  const { status, stdout } = run(example)
  expect({ status, last: stdout.trim().split('\n').at(-1) }).toEqual({
    status: 0,
    last: '4 passed, 0 failed',
  })
})

test('a test that fails ends with 1 and says what was seen', () => {
  const nodes = [{ id: 'd', type: 'delay', at: [0, 0], config: {} }]
  const tests = [
    { name: 'nothing comes', send: [{ to: 'd.in', payload: 1 }], expect: [{ at: 'd.out', payloads: [] }] },
  ]
  const { status, stdout } = run(file({ format: 'wirehouse/flow@1', id: 'f', name: 'F', nodes, tests }))
  expect(status).toBe(1)
  expect(stdout).toContain('✗ nothing comes')
  expect(stdout).toContain('d.out should see [], and saw [1]')
})

test('what is no flow file, or cannot be read, is said and counted', () => {
  const { status, stdout } = run(file({ format: 'else' }), '/nowhere/at-all.json')
  expect(status).toBe(1)
  expect(stdout).toContain('This is not a flow file')
  expect(stdout).toContain('✗ /nowhere/at-all.json: ')
  expect(stdout).toContain('0 passed, 2 failed')
})
