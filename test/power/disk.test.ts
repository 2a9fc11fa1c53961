import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Disk } from './disk.ts'
import type { Deed } from './journal.ts'

const file = '/house/a'
const create: Deed = { kind: 'create', path: file }
const write = (text: string, at = 0): Deed => ({ kind: 'write', path: file, at, data: Buffer.from(text) })
const sync = (path: string): Deed[] => [
  { kind: 'sync-begin', path, thread: 1 },
  { kind: 'sync-end', path, thread: 1 },
]

/** All that cuts after these deeds leave, by the contents of their files. */
function afterCuts(...deeds: readonly Deed[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (let cut = 0; cut < 200; cut++) {
    const disk = new Disk('/house')
    for (const deed of deeds) disk.apply(deed)
    const folder = mkdtempSync(join(tmpdir(), 'wirehouse-disk-'))
    disk.writeCut(folder, Math.random)
    const names = readdirSync(folder)
    found.add(names.map((name) => `${name}=${readFileSync(join(folder, name))}`).join(' '))
    rmSync(folder, { recursive: true })
  }
  return found
}

test('a file is safe once its content and its folder are synced', () => {
  expect(afterCuts(create, write('old'), ...sync(file), ...sync('/house'))).toEqual(new Set(['a=old']))
})

test('a name is not safe before the folder is synced', () => {
  expect(afterCuts(create, write('old'), ...sync(file))).toEqual(new Set(['', 'a=old']))
})

test('what was written after a sync began may be missing', () => {
  const [begin, end] = sync(file) as [Deed, Deed]
  const deeds = [create, ...sync('/house'), write('old'), begin, write('new'), end]
  expect(afterCuts(...deeds)).toEqual(new Set(['a=old', 'a=new']))
})

test('a later write may be there without an earlier one, and half of one', () => {
  const long = 'n'.repeat(1_024)
  const found = afterCuts(create, write('o'.repeat(1_024)), ...sync(file), ...sync('/house'), write(long))
  expect(found.size).toBe(4)
})

test('after a rename either file stands under the name, whole', () => {
  const draft = '/house/a.new'
  const deeds: Deed[] = [
    create,
    write('old'),
    ...sync(file),
    { kind: 'create', path: draft },
    { kind: 'write', path: draft, at: 0, data: Buffer.from('new') },
    ...sync(draft),
    ...sync('/house'),
    { kind: 'rename', path: draft, to: file },
  ]
  expect(afterCuts(...deeds)).toEqual(new Set(['a=old a.new=new', 'a=new']))
})
