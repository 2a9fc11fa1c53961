import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Change, TakenChange } from '#flows/operations/change.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/** `npm run torture -- --only editor` for the long form. */
const KILLS = Number(process.env['TEST_KILLS'] ?? 3)

const adding = (id: string): Change => ({
  ...{ id, step: id, label: { code: 'add', count: 1 } },
  operations: [
    { kind: 'insert', nodes: [{ index: 0, item: { id: `n-${id}`, type: 'debug', at: [0, 0], config: {} } }] },
  ],
})

/** Adds nodes one after the other until the server is gone; answers what was acknowledged, and what may have been taken. */
async function editUntilGone(server: ServerProcess, prefix: string, enough: () => void) {
  const acknowledged: TakenChange[] = []
  for (let number = 0; ; number++) {
    const change = adding(`${prefix}-${number}`)
    const answer = await server.api('POST', '/api/flows/kill/changes', change).catch(() => undefined)
    if (answer?.status !== 200) return { acknowledged, last: change }
    acknowledged.push(answer.body)
    if (acknowledged.length === 15) enough()
  }
}

test(`what was acknowledged stands after ${KILLS} times kill -9, and what is sent again is taken once`, {
  timeout: 30_000 + KILLS * 20_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-kill-'))
  let server = await startServerProcess({ dataDir })
  await server.api('PUT', '/api/flows/kill', { format: 'wirehouse/flow@1', id: 'kill', name: 'Kill' })
  const expected = new Set<string>()
  for (let kill = 0; kill < KILLS; kill++) {
    const dying = server
    const editors = await Promise.all(
      ['a', 'b', 'c'].map((who) => editUntilGone(dying, `${who}${kill}`, () => void dying.kill('SIGKILL'))),
    )
    await dying.kill('SIGKILL')
    server = await startServerProcess({ dataDir })
    const before = (await server.api('GET', '/api/flows/kill/draft')).body
    for (const { acknowledged } of editors) for (const { id } of acknowledged) expected.add(`n-${id}`)
    const ids = () =>
      server
        .api('GET', '/api/flows/kill')
        .then(({ body }) => body.nodes.map((node: { id: string }) => node.id))
    expect(
      [...expected].filter((id) => !before.flow.nodes.some((node: { id: string }) => node.id === id)),
    ).toEqual([])
    for (const { last } of editors) {
      expect((await server.api('POST', '/api/flows/kill/changes', last)).status).toBe(200)
      expected.add(`n-${last.id}`)
    }
    expect((await ids()).toSorted()).toEqual([...expected].toSorted())
  }
  await server.kill('SIGKILL')
  await rm(dataDir, { recursive: true, force: true })
})
