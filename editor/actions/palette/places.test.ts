import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { places } from './places.ts'

const pages = join(import.meta.dirname, '../../pages')

test('every section of the pages can be found and has an address', async () => {
  const files = (await readdir(pages, { recursive: true })).filter((file) => file.endsWith('-section.tsx'))
  const sources = await Promise.all(files.map((file) => readFile(join(pages, file), 'utf8')))
  const ids = sources.flatMap((source) =>
    [...source.matchAll(/<(?:Credentials)?Section\s+id="([^"]+)"/g)].map(([, id]) => id),
  )
  const known = new Set(places.map(({ path }) => path.split('#')[1]))
  expect(ids.length).toBeGreaterThan(15)
  expect(ids.filter((id) => !known.has(id))).toEqual([])
})

test('no address is listed twice', () => {
  const paths = places.map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
})
