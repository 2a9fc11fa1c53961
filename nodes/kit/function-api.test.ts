import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { functionDeclarations } from './function-api.ts'

const compiler = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc')

/** What the compiler says about a function's body, one line each. */
async function complaintsAbout(bodies: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'wirehouse-api-'))
  try {
    await writeFile(join(folder, 'api.d.ts'), functionDeclarations())
    const wrapped = bodies.map((body, index) => `async function body${index}() {\n${body}\n}\n`)
    await writeFile(join(folder, 'bodies.ts'), `${wrapped.join('')}export {}\n`)
    const options = ['--noEmit', '--strict', '--target', 'esnext', '--lib', 'esnext,webworker', '--types', '']
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [compiler, ...options, 'api.d.ts', 'bodies.ts'],
      { cwd: folder },
    ).catch((error: { stdout: string }) => error)
    return stdout.split('\n').filter((line) => line.includes('error'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

it('has types by which ordinary functions compile', async () => {
  const complaints = await complaintsAbout([
    'return { ...message, payload: message.payload * 2 }',
    "state.set('n', (state.get('n') ?? 0) + 1); return [null, { payload: state.get('n') }]",
    'const timer = clock.every(1_000, () => emit(1, { payload: env.limit })); timer.cancel()',
    "await clock.sleep(10); emit('out2', message); log.warn('warm', { t: 30 }); status('warn')",
    "const { parse } = library('csv'); return { payload: parse(message.payload), topic: message.topic, at: now() }",
    "message.topic = 'a'; message.payload = 1; message.unit = '°C'; return message",
  ])
  expect(complaints).toEqual([])
})

it('has types by which mistakes show', async () => {
  const complaints = await complaintsAbout([
    "emit(1, 'text')",
    "status('fine')",
    'clock.sleep()',
    'env.limit = 1',
    'state.get(1)',
    'messages.payload',
  ])
  expect(complaints.map((line) => /bodies\.ts\((\d+)/.exec(line)?.[1])).toEqual([
    '2',
    '5',
    '8',
    '11',
    '14',
    '17',
  ])
})
