import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'
import type { Confirmed } from './promises.ts'
import { connectTo, PHONES } from './record-house.ts'

/**
 * Starts a server on what a power cut has left, and answers, a line each, what was confirmed and is not there, and what is damaged.
 * Messages that the house still has in its hands may take until `patienceMs`.
 */
export async function checkCut(
  dataDir: string,
  confirmed: readonly Confirmed[],
  patienceMs: number,
): Promise<readonly string[]> {
  const losses: string[] = []
  try {
    await using server = await startServerProcess({ dataDir, env: { WIREHOUSE_LOG_LEVEL: 'warn' } })
    losses.push(...(await missing(server, confirmed, patienceMs)))
    losses.push(...server.output.split('\n').filter((line) => line.includes('"level":"error"')))
    await server.kill('SIGTERM')
  } catch (error) {
    losses.push(`It does not start: ${error instanceof Error ? error.message : error}`)
  }
  return [...losses, ...damages(dataDir)]
}

async function missing(
  server: ServerProcess,
  confirmed: readonly Confirmed[],
  patienceMs: number,
): Promise<readonly string[]> {
  const received = new Map<string, Set<string>>()
  const phones = await Promise.all(
    PHONES.map((phone) => {
      const texts = new Set<string>()
      received.set(phone, texts)
      return connectTo(server, { clientId: `phone-${phone}`, clean: false }, (text) => texts.add(text))
    }),
  )
  const lost: string[] = []
  for (const one of lastOfEach(confirmed))
    if (!(await isThere(server, one))) lost.push(`lost: ${JSON.stringify(one)}`)
  const isLost = (one: Confirmed) => one.kind === 'message' && !received.get(one.phone)?.has(one.text)
  const end = performance.now() + patienceMs
  while (performance.now() < end && confirmed.some(isLost)) await pause(20)
  lost.push(...confirmed.filter(isLost).map((one) => `lost: ${JSON.stringify(one)}`))
  for (const phone of phones) phone.end(true)
  return lost
}

/** Of what replaces its predecessor, the last; of the rest, all but messages. */
function lastOfEach(confirmed: readonly Confirmed[]): readonly Confirmed[] {
  const last = new Map<string, Confirmed>()
  for (const one of confirmed)
    if (one.kind !== 'message')
      last.set('count' in one ? JSON.stringify({ ...one, count: 0 }) : JSON.stringify(one), one)
  return [...last.values()]
}

async function isThere(server: ServerProcess, confirmed: Confirmed): Promise<boolean> {
  switch (confirmed.kind) {
    case 'retained':
      return Number((await server.api('GET', '/api/mqtt/home/lamp')).body) >= confirmed.count
    case 'draft':
      return countOf((await server.api('GET', `/api/flows/${confirmed.id}`)).body) >= confirmed.count
    case 'deploy': {
      const flows: { id: string; running?: number }[] = (await server.api('GET', '/api/flows')).body
      const running = flows.find(({ id }) => id === confirmed.id)?.running
      const revision = await server.api('GET', `/api/flows/${confirmed.id}/revisions/${running}`)
      return countOf(revision.body) >= confirmed.count
    }
    case 'connection': {
      const all: { id: string; name: string; secretsSet: string[] }[] = (
        await server.api('GET', '/api/connections')
      ).body
      const found = all.find(({ id }) => id === confirmed.id)
      return Number(found?.name) >= confirmed.count && found?.secretsSet.includes('password') === true
    }
    case 'user': {
      const users: { name: string }[] = (await server.api('GET', '/api/users')).body
      return users.some(({ name }) => name === confirmed.name)
    }
    case 'token': {
      const authorization = `Bearer ${confirmed.token}`
      return (await server.api('GET', '/api/flows', undefined, { authorization, cookie: '' })).status === 200
    }
    case 'message':
      return true // the phones tell
  }
}

const countOf = (flow: { readonly description?: string }): number => Number(flow.description ?? Number.NaN)

function damages(dataDir: string): readonly string[] {
  const files = readdirSync(dataDir)
  const aside = files.filter((name) => name.includes('damaged'))
  return [
    ...aside.map((name) => `damaged: ${name}`),
    ...files
      .filter((name) => name.endsWith('.db'))
      .flatMap((name) => {
        const database = new Database(join(dataDir, name), { readonly: true })
        const finding = database.pragma('integrity_check(1)', { simple: true })
        database.close()
        return finding === 'ok' ? [] : [`damaged: ${name}: ${finding}`]
      }),
  ]
}
