import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const run = (...files: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'test-command.ts'), ...files], { encoding: 'utf8' })

const example = join(import.meta.dirname, '../../flows/examples/light-rule.json')

function file(content: object): string {
  const path = join(mkdtempSync(join(tmpdir(), 'wirehouse-')), 'flow.json')
  writeFileSync(path, JSON.stringify({ format: 'wirehouse/flow@1', id: 'f', name: 'F', ...content }))
  return path
}

const failing = () =>
  file({
    nodes: [{ id: 'd', type: 'delay', at: [0, 0], config: {} }],
    tests: [
      { name: 'nothing comes', send: [{ to: 'd.in', payload: 1 }], expect: [{ at: 'd.out', payloads: [] }] },
    ],
  })

test('a flow file whose tests pass ends with 0', () => {
  const { status, stdout } = run(example)
  expect({ status, last: stdout.trim().split('\n').at(-1) }).toEqual({
    status: 0,
    last: '4 passed, 0 failed',
  })
})

test('a test that fails ends with 1 and says what was expected and what came', () => {
  const { status, stdout } = run(example, failing())
  expect(status).toBe(1)
  expect(stdout).toContain(
    ['  ✗ nothing comes', '      d.out', '        expected  []', '        received  [1]'].join('\n'),
  )
  expect(stdout).toContain('4 passed, 1 failed')
})

test('what is no flow file, or cannot be read, is said and counted, and ends with 2', () => {
  const { status, stdout } = run(file({ format: 'else' }), '/nowhere/at-all.json', example)
  expect(status).toBe(2)
  expect(stdout).toContain('This is not a flow file')
  expect(stdout).toContain('✗ /nowhere/at-all.json: ')
  expect(stdout).toContain('4 passed, 0 failed, 2 not read')
})

test('a report for programs has it all', () => {
  const { status, stdout } = run('--json', failing())
  expect(status).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    passed: 0,
    failed: 1,
    unreadable: 0,
    files: [
      {
        problems: [],
        flows: [
          {
            id: 'f',
            tests: [
              {
                name: 'nothing comes',
                isPassed: false,
                differences: [{ kind: 'payloads', place: 'd.out', expected: [], received: [1] }],
              },
            ],
          },
        ],
      },
    ],
  })
})

test('a function that never ends fails its test, and the next file has its turn', () => {
  const stuck = file({
    nodes: [{ id: 'loop', type: 'function', at: [0, 0], config: { code: 'while (true) {}' } }],
    tests: [{ name: 'ends', send: [{ to: 'loop', payload: 1 }], expect: [] }],
  })
  const { status, stdout } = run(stuck, example)
  expect(status).toBe(1)
  expect(stdout).toContain('loop: The function ran without end and was stopped.')
  expect(stdout).toContain('4 passed, 1 failed')
})

test('a wrong command says how it is meant, and ends with 2', () => {
  const { status, stderr } = run('--jsn', example)
  expect(status).toBe(2)
  expect(stderr).toContain('Usage: npx wirehouse test')
})
