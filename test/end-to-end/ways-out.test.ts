import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { expect, test } from 'vitest'
import { startFakeNtfy } from '#rig/fake-ntfy.ts'
import { type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/** A web service that does not answer until it is told to work. */
async function startHook() {
  const calls: { readonly key: unknown; readonly body: string }[] = []
  let works = false
  let asked = 0
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray().catch(() => [])).toString()
    asked++
    if (!works) return void request.socket.destroy()
    calls.push({ key: request.headers['idempotency-key'], body })
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    calls,
    asked: () => asked,
    work: () => {
      works = true
    },
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A mail server that asks everybody to come back once. */
async function startMailServer() {
  const mails: Buffer[] = []
  let tries = 0
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: (_address, _session, done) =>
      done(tries++ === 0 ? Object.assign(new Error('Greylisted'), { responseCode: 451 }) : undefined),
    onData: (stream, _session, done) => {
      stream.toArray().then((chunks) => {
        mails.push(Buffer.concat(chunks))
        done()
      }, done)
    },
  })
  server.on('error', () => 'a client that was killed')
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    mails,
    port: (server.server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

const flow = {
  format: 'wirehouse/flow@1',
  id: 'leak',
  name: 'Leak',
  nodes: [
    { id: 'hook', type: 'webhook', at: [0, 0], config: { service: 'hook', urgency: 'alarm' } },
    {
      id: 'mail',
      type: 'email',
      at: [0, 100],
      config: { account: 'mail', to: 'anna@example.org', subject: 'Leak' },
    },
    { id: 'phone', type: 'ntfy', at: [0, 200], config: { server: 'ntfy', topic: 'house' } },
    { id: 'browser', type: 'web-push', at: [0, 300], config: {} },
    { id: 'second', type: 'ntfy', at: [200, 300], config: { server: 'ntfy', topic: 'second' } },
  ],
  wires: [['browser.error', 'second.in']],
}

async function furnish(server: ServerProcess, at: { hook: string; ntfy: string; smtp: number }) {
  const connections = {
    hook: {
      type: 'webhook',
      name: 'Hook',
      config: { address: at.hook, mayReachMachine: true, signingSecret: 's' },
    },
    mail: {
      type: 'smtp',
      name: 'Mail',
      config: { host: '127.0.0.1', port: at.smtp, security: 'none', from: 'house@example.org' },
    },
    ntfy: { type: 'ntfy', name: 'ntfy', config: { server: at.ntfy, mayReachMachine: true } },
  }
  for (const [id, body] of Object.entries(connections))
    expect((await server.api('PUT', `/api/connections/${id}`, body)).status).toBeLessThan(300)
  expect((await server.api('PUT', '/api/flows/leak', flow)).status).toBeLessThan(300)
  expect((await server.api('POST', '/api/flows/leak/deploy')).status).toBeLessThan(300)
}

test('what was taken leaves by each way, also over kill -9, and a failed way leads to the next', async () => {
  await using hook = await startHook()
  await using mail = await startMailServer()
  await using ntfy = await startFakeNtfy()
  const dataDir = await mkdtemp(join(tmpdir(), 'wirehouse-ways-'))
  try {
    const first = await startServerProcess({ dataDir })
    await furnish(first, { hook: hook.address, ntfy: ntfy.address, smtp: mail.port })
    for (const node of ['hook', 'mail', 'phone'])
      expect(
        (await first.api('POST', `/api/flows/leak/nodes/${node}/inject`, { payload: 'wet' })).status,
      ).toBeLessThan(300)
    // nobody has switched on notifications: the next way takes it
    await first.api('POST', '/api/flows/leak/nodes/browser/inject', { payload: 'wet' })
    await expect.poll(() => hook.asked()).toBeGreaterThan(0)
    await first.kill('SIGKILL')

    hook.work()
    await using second = await startServerProcess({ dataDir })
    expect(second.url).toMatch(/^http/)
    await expect.poll(() => hook.calls.map(({ body }) => JSON.parse(body).payload)).toEqual(['wet'])
    await expect.poll(() => mail.mails.length).toBe(1)
    expect(await PostalMime.parse(mail.mails[0] ?? '')).toMatchObject({ subject: 'Leak', text: 'wet\n' })
    await expect
      .poll(() => new Set(ntfy.shown.map(({ topic }) => topic)))
      .toEqual(new Set(['house', 'second']))
    // what was on its way when the server was killed may be shown twice, and then says so
    const unmarked = ntfy.shown.filter(({ tags }) => !tags.includes('repeat')).map(({ topic }) => topic)
    expect(unmarked).toEqual([...new Set(unmarked)])
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
