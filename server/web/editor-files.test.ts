import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rawCall, type WebRig, webRig } from './rig/web-rig.ts'

const script = 'export const wirehouse = true\n'
let rig: WebRig
beforeAll(async () => {
  rig = await webRig()
  const folder = join(rig.dataDir, 'editor')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html><p>editor')
  await writeFile(join(folder, 'assets/app-1a2b.js'), script)
  await writeFile(join(folder, 'assets/app-1a2b.js.br'), brotliCompressSync(script))
  await writeFile(join(folder, 'assets/app-1a2b.js.gz'), gzipSync(script))
  await writeFile(join(folder, 'assets/app-1a2b.css'), 'main {}')
  await writeFile(join(folder, 'assets/type-worker-1a2b.js'), script)
  await writeFile(join(folder, 'icon.svg'), '<svg/>')
  await writeFile(join(rig.dataDir, 'secret.txt'), 'secret')
})
afterAll(() => rig[Symbol.asyncDispose]())

const get = (path: string, headers = {}) =>
  rawCall(rig.port, { path, headers: { Host: 'localhost', ...headers } })

test.each(['/', '/flows/door', '/sign-in?next=/', '/index.html'])(
  '%s is the page, asked for anew',
  async (path) => {
    const { status, text, headers } = await get(path)
    expect([status, text]).toEqual([200, '<!doctype html><p>editor'])
    expect([headers['content-type'], headers['cache-control']]).toEqual([
      'text/html; charset=utf-8',
      'no-cache',
    ])
    expect(headers['content-security-policy']).toContain("script-src 'self'")
  },
)

test.each([
  ['app-1a2b.css', "default-src 'none'"],
  ['app-1a2b.js', "default-src 'none'"],
  ['type-worker-1a2b.js', expect.stringContaining("script-src 'self'")],
])('%s has the policy that it needs', async (name, policy) => {
  const { headers } = await get(`/assets/${name}`)
  expect(headers['content-security-policy']).toEqual(policy)
})

test('an answer of the API may load nothing at all', async () => {
  const { headers } = await get('/api/health')
  expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'")
})

test('a file with its hash in the name is kept for ever', async () => {
  const { status, text, headers } = await get('/assets/app-1a2b.js')
  expect([status, text, headers['content-type']]).toEqual([200, script, 'text/javascript; charset=utf-8'])
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
})

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['identity', undefined],
])('who takes %s gets %s', async (accepted, encoding) => {
  const { headers } = await get('/assets/app-1a2b.js', { 'Accept-Encoding': accepted })
  expect([headers['content-encoding'], headers['content-type'], headers.vary]).toEqual([
    encoding,
    'text/javascript; charset=utf-8',
    'Accept-Encoding',
  ])
})

test.each(['/assets/old-9z.js', '/nothing.png', '/favicon.ico', '/socket.io', '/socket.iox'])(
  '%s is missing, and not the page',
  async (path) => {
    const { status, text } = await get(path)
    expect([status, JSON.parse(text).code]).toEqual([404, 'FILE_UNKNOWN'])
  },
)

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/a%00.txt',
])('%s does not leave the folder', async (path) => {
  const { status, text } = await get(path)
  expect(status).toBe(404)
  expect(text).not.toContain('secret"')
  expect(text).not.toBe('secret')
})

test('a range behind the end is refused, and logs no fault', async () => {
  const { status, text } = await get('/icon.svg', { Range: 'bytes=900-' })
  expect([status, JSON.parse(text).code, rig.logs]).toEqual([416, 'REQUEST_REFUSED', []])
})

test('a page is only read', async () => {
  const { status, text } = await rawCall(rig.port, {
    method: 'POST',
    path: '/',
    headers: { Host: 'localhost', 'Content-Length': '0' },
  })
  expect([status, JSON.parse(text).code]).toEqual([405, 'METHOD_UNKNOWN'])
})

test('/mqtt without an upgrade says what it is for', async () => {
  const { status, text } = await get('/mqtt')
  expect([status, JSON.parse(text).code]).toEqual([426, 'UPGRADE_NEEDED'])
})

test('/mqtt is the page of that name for a browser', async () => {
  const { status, text } = await get('/mqtt', { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
  expect([status, text]).toEqual([200, '<!doctype html><p>editor'])
})
