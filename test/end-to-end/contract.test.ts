import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OWNER, type ServerProcess, startServerProcess } from '#rig/server-process.ts'

/** design.md, section 7: what the outside may rely on, against the built server in a process of its own. */

const echo = (id: string) => ({
  format: 'wirehouse/flow@1',
  id,
  name: 'Echo',
  nodes: [
    { id: 'in', type: 'mqtt-in', at: [80, 80], config: { topic: `${id}/in`, qos: 1 } },
    { id: 'out', type: 'mqtt-out', at: [320, 80], config: { topic: `${id}/out`, qos: 1 } },
  ],
  wires: [['in.out', 'out.in']],
})

const freshFolder = () => mkdtemp(join(tmpdir(), 'wirehouse-'))

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
})
afterAll(() => server[Symbol.asyncDispose]())

const connectMqtt = (port = server.mqttPort) =>
  connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 })

/** Subscribes; what comes back holds the promise of the next message. */
async function listen(
  client: Awaited<ReturnType<typeof connectMqtt>>,
  topic: string,
): Promise<{ readonly next: Promise<string> }> {
  const next = once(client as never, 'message').then(([, payload]) => String(payload))
  await client.subscribeAsync(topic, { qos: 1 })
  return { next }
}

describe('before an owner exists', () => {
  test('only the health and the set-up answer, and the code lies in a private file', async () => {
    await using closed = await startServerProcess({ withoutOwner: true })
    expect((await closed.api('GET', '/api/health')).body).toEqual({ status: 'ok' })
    expect(await closed.api('GET', '/api/flows')).toMatchObject({
      status: 403,
      body: { code: 'SETUP_NEEDED' },
    })
    const file = join(closed.dataDir, 'setup-code')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(closed.output).toContain((await readFile(file, 'utf8')).trim())
  })

  test('the set-up from this machine makes the owner and signs in', async () => {
    await using closed = await startServerProcess({ withoutOwner: true })
    const made = await closed.api('POST', '/api/setup', { name: 'ada', password: 'a-long-password' })
    expect(made.status).toBeLessThan(300)
    expect((await closed.api('GET', '/api/session')).body).toMatchObject({ name: 'ada', role: 'owner' })
    expect(
      (await closed.api('POST', '/api/setup', { name: 'eve', password: 'a-long-password' })).status,
    ).toBe(409)
  })
})

describe('sign-in', () => {
  test('is needed for everything but the health', async () => {
    const stranger = await fetch(`${server.url}/api/flows`)
    expect(stranger.status).toBe(401)
  })

  test('is refused with a wrong password', async () => {
    const answer = await server.api('POST', '/api/session', { ...OWNER, password: 'wrong-password' })
    expect(answer.status).toBe(401)
    expect(answer.body.code).toEqual(expect.any(String))
  })

  test('a token opens the API', async () => {
    const { body, status } = await server.api('POST', '/api/tokens', { name: 'script' })
    expect(status).toBe(201)
    const answer = await fetch(`${server.url}/api/flows`, {
      headers: { authorization: `Bearer ${body.token}` },
    })
    expect(answer.status).toBe(200)
  })
})

describe('a flow', () => {
  test('is saved, deployed, runs, and is stopped', async () => {
    expect((await server.api('PUT', '/api/flows/echo', echo('echo'))).status).toBe(201)
    expect((await server.api('POST', '/api/flows/echo/deploy')).status).toBe(200)
    const client = await connectMqtt()
    const { next } = await listen(client, 'echo/out')
    await client.publishAsync('echo/in', 'hello', { qos: 1 })
    expect(await next).toBe('hello')
    await client.endAsync()
    expect((await server.api('GET', '/api/flows/echo/revisions')).body).toMatchObject([
      { number: 1, by: 'admin' },
    ])
    expect((await server.api('POST', '/api/flows/echo/stop')).status).toBe(200)
  })

  test('comes back as it was sent, with what this version does not know', async () => {
    const sent = { ...echo('kept'), colour: 'red' }
    await server.api('PUT', '/api/flows/kept', sent)
    expect((await server.api('GET', '/api/flows/kept')).body).toMatchObject(sent)
    const exported = await server.api('GET', '/api/flows/kept/export')
    const text = typeof exported.body === 'string' ? JSON.parse(exported.body) : exported.body
    expect(text).toMatchObject(sent)
  })

  test('is guarded against lost updates by If-Match', async () => {
    const first = await server.api('PUT', '/api/flows/guarded', echo('guarded'))
    const etag = first.headers.get('etag') ?? ''
    const save = () =>
      server.api('PUT', '/api/flows/guarded', { ...echo('guarded'), name: 'Other' }, { 'if-match': etag })
    expect((await save()).status).toBe(200)
    expect(await save()).toMatchObject({ status: 412, body: { code: 'FLOW_CHANGED' } })
  })

  test.each([
    ['a broken wire', { wires: [['in.out', 'gone.in']] }, { code: 'WIRE_NODE_MISSING' }],
    [
      'a wrong config',
      { nodes: [{ id: 'q', type: 'debounce', config: { quietMs: 'long' } }], wires: [] },
      { code: 'CONFIG_INVALID', node: 'q', field: 'quietMs' },
    ],
    [
      'wildcards in a topic to publish to',
      { nodes: [{ id: 'out', type: 'mqtt-out', config: { topic: 'home/+/light' } }], wires: [] },
      { node: 'out', field: 'topic' },
    ],
  ])('with %s is a 422 that names the place', async (_what, change, problem) => {
    const answer = await server.api('PUT', '/api/flows/wrong', { ...echo('wrong'), ...change })
    expect(answer.status).toBe(422)
    expect(answer.body.problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ ...problem, message: expect.any(String) })]),
    )
    expect((await server.api('GET', '/api/flows/wrong')).status).toBe(404)
  })

  test('that does not compile keeps what ran, and names the line', async () => {
    await server.api('PUT', '/api/flows/compiles', echo('compiles'))
    await server.api('POST', '/api/flows/compiles/deploy')
    const broken = { ...echo('compiles'), wires: [] as string[][] }
    broken.nodes = [
      ...broken.nodes,
      { id: 'f', type: 'function', at: [0, 0], config: { code: 'return {\n  oops!' } as never },
    ]
    await server.api('PUT', '/api/flows/compiles', broken)
    const answer = await server.api('POST', '/api/flows/compiles/deploy')
    expect(answer).toMatchObject({ status: 422, body: { problems: [{ node: 'f', field: 'code' }] } })
    expect(answer.body.problems[0].message).toMatch(/^Line 2: /)
    const client = await connectMqtt()
    const { next } = await listen(client, 'compiles/out')
    await client.publishAsync('compiles/in', 'still here', { qos: 1 })
    expect(await next).toBe('still here')
    await client.endAsync()
  })

  test('with an unknown node type runs the rest', async () => {
    const odd = echo('odd')
    const nodes = [...odd.nodes, { id: 'x', type: 'from-elsewhere', at: [0, 0], config: {} }]
    await server.api('PUT', '/api/flows/odd', { ...odd, nodes })
    const deployed = await server.api('POST', '/api/flows/odd/deploy')
    expect(deployed).toMatchObject({
      status: 200,
      body: { problems: [{ code: 'NODE_TYPE_UNKNOWN', node: 'x' }] },
    })
  })

  test('is imported, under another id if its own is taken, and deployed at once if asked', async () => {
    await server.api('PUT', '/api/flows/twice', echo('twice'))
    const answer = await server.api('POST', '/api/import?deploy=true', JSON.stringify(echo('twice')))
    expect(answer.body.flows).toMatchObject([{ id: 'twice-2', deployed: true }])
    expect((await server.api('DELETE', '/api/flows/twice')).status).toBeLessThan(300)
  })

  test('of Node-RED is read too; what has no counterpart stands as a placeholder', async () => {
    const file = [
      { id: 't1', type: 'tab', label: 'From Node-RED' },
      { id: 'b1', type: 'mqtt-broker', name: 'Elsewhere', broker: '127.0.0.1', port: '1' },
      {
        id: 'a',
        type: 'mqtt in',
        z: 't1',
        name: 'Bell',
        topic: 'nr/bell',
        qos: '1',
        datatype: 'auto',
        broker: 'b1',
        x: 100,
        y: 100,
        wires: [['b']],
      },
      {
        id: 'b',
        type: 'function',
        z: 't1',
        func: 'msg.payload = 1;\nreturn msg;',
        outputs: 1,
        x: 300,
        y: 100,
        wires: [['c', 'd']],
      },
      { id: 'c', type: 'debug', z: 't1', x: 500, y: 100, wires: [] },
      { id: 'd', type: 'ui_gauge', z: 't1', x: 500, y: 200, wires: [] },
      { id: 't2', type: 'tab', label: 'Switched off', disabled: true },
      { id: 'e', type: 'inject', z: 't2', once: true, x: 100, y: 100, wires: [[]] },
    ]
    const { status, body } = await server.api('POST', '/api/import?deploy=true', JSON.stringify(file))
    expect(status).toBe(201)
    expect(body.flows).toMatchObject([
      { name: 'From Node-RED', deployed: true },
      { name: 'Switched off', deployed: false },
    ])
    const imported = (await server.api('GET', `/api/flows/${body.flows[0].id}`)).body
    expect(imported.nodes.map((node: { type: string }) => node.type)).toEqual([
      'mqtt-in',
      'function',
      'debug',
      'node-red:ui_gauge',
    ])
  })

  test('can be poked, and the answer waits for the message to settle', async () => {
    const { flow, deployed } = await deployThrower()
    expect(deployed.status).toBe(200)
    const inject = (payload: unknown) => server.api('POST', `/api/flows/${flow}/nodes/f/inject`, { payload })
    expect((await inject('fine')).status).toBe(200)
    expect(await inject('boom')).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('Line 1') },
    })
    expect((await server.api('POST', `/api/flows/${flow}/nodes/nope/inject`, { payload: 1 })).status).toBe(
      404,
    )
  })
})

async function deployThrower() {
  const code = "if (message.payload === 'boom') throw new Error('no')\nreturn message"
  const flow = {
    ...echo('thrower'),
    nodes: [{ id: 'f', type: 'function', at: [0, 0], config: { code } }],
    wires: [],
  }
  await server.api('PUT', '/api/flows/thrower', flow)
  return { flow: 'thrower', deployed: await server.api('POST', '/api/flows/thrower/deploy') }
}

describe('MQTT', () => {
  test('goes over HTTP, retained and back', async () => {
    expect(
      (await server.api('PUT', '/api/mqtt/home/lamp', 'on', { 'content-type': 'text/plain' })).status,
    ).toBeLessThan(300)
    const client = await connectMqtt()
    expect(await (await listen(client, 'home/lamp')).next).toBe('on')
    await client.endAsync()
    expect((await server.api('GET', '/api/mqtt/home/lamp')).body).toBe('on')
    expect((await server.api('DELETE', '/api/mqtt/home/lamp')).status).toBeLessThan(300)
    expect((await server.api('GET', '/api/mqtt/home/lamp')).status).toBe(404)
  })

  test('goes over WebSocket on the HTTP port', async () => {
    const client = await connectAsync(`ws://127.0.0.1:${server.httpPort}/mqtt`, { reconnectPeriod: 0 })
    const { next } = await listen(client, 'by/websocket')
    await client.publishAsync('by/websocket', 'yes', { qos: 1 })
    expect(await next).toBe('yes')
    await client.endAsync()
  })

  test('with a wrong login is refused', async () => {
    const options = { username: 'admin', password: 'wrong', reconnectPeriod: 0 }
    await expect(connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, options)).rejects.toThrow()
  })
})

describe('the live channel', () => {
  test('tells signed-in clients of deploys, and of what the nodes of a watched flow do', async () => {
    const token = (await server.api('POST', '/api/tokens', { name: 'live' })).body.token
    const socket = io(server.url, {
      transports: ['websocket'],
      extraHeaders: { authorization: `Bearer ${token}` },
    })
    try {
      await once(socket as never, 'connect')
      const flow = {
        ...echo('live'),
        nodes: [...echo('live').nodes, { id: 'd', type: 'debug', at: [0, 0], config: {} }],
      }
      await server.api('PUT', '/api/flows/live', { ...flow, wires: [...flow.wires, ['in.out', 'd.in']] })
      await socket.emitWithAck('watch', 'live')
      const told = once(socket as never, 'flow:deployed')
      await server.api('POST', '/api/flows/live/deploy')
      expect((await told)[0]).toMatchObject({ flow: 'live' })
      const shown = once(socket as never, 'node:debug')
      await server.api('POST', '/api/mqtt/live/in', 'seen', { 'content-type': 'text/plain' })
      expect((await shown)[0]).toMatchObject({ flow: 'live', node: 'd', message: { payload: 'seen' } })
    } finally {
      socket.disconnect()
    }
  })

  test('is closed to strangers', async () => {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false })
    const [error] = (await once(socket as never, 'connect_error')) as [Error]
    expect(error).toBeInstanceOf(Error)
  })
})

describe('bad input', () => {
  test.each([
    [
      'a prototype key',
      '{"format":"wirehouse/flow@1","id":"x","name":"X","__proto__":{"polluted":true}}',
      400,
    ],
    [
      'deep nesting',
      `{"format":"wirehouse/flow@1","id":"x","name":"X","deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      400,
    ],
    ['broken JSON', '{', 400],
    ['50 MB', `"${'x'.repeat(50 * 1024 * 1024)}"`, 413],
  ])('%s is refused with a code and a sentence', async (_what, body, status) => {
    const answer = await server.api('PUT', '/api/flows/x', body).catch(() => undefined)
    // A server may cut off 50 MB in the middle: the client then sees the connection end.
    if (answer) {
      expect([status, 422]).toContain(answer.status)
      expect(answer.body).toMatchObject({ code: expect.any(String), message: expect.any(String) })
    }
    expect((await server.api('GET', '/api/health')).status).toBe(200)
  })

  test('an unknown address is a JSON 404, without a stack', async () => {
    const answer = await server.api('GET', '/api/nothing')
    expect(answer).toMatchObject({ status: 404, body: { code: expect.any(String) } })
    expect(JSON.stringify(answer.body)).not.toContain('.js:')
  })
})

describe('start and stop', () => {
  /** Runs the server until it ends by itself; answers its exit code and what it wrote to the error output. */
  async function runToEnd(env: Record<string, string>): Promise<{ code: number | null; errors: string }> {
    const main = join(import.meta.dirname, '../../dist/server/main.js')
    const ports = {
      ...{ WIREHOUSE_HTTP_PORT: '0', WIREHOUSE_MQTT_PORT: '0', WIREHOUSE_MQTTS_PORT: '0' },
      WIREHOUSE_HOST: '127.0.0.1',
    }
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'] ?? '', ...ports, ...env },
    })
    let errors = ''
    child.stderr.on('data', (chunk) => (errors += chunk))
    const [code] = (await once(child, 'exit')) as [number | null]
    return { code, errors }
  }
  const oneLine = /^[^\n]+\n$/

  test('a busy port is one clear line', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const { port } = blocker.address() as { port: number }
    for (const setting of ['WIREHOUSE_HTTP_PORT', 'WIREHOUSE_MQTT_PORT', 'WIREHOUSE_MQTTS_PORT']) {
      const { code, errors } = await runToEnd({
        WIREHOUSE_DATA_DIR: await freshFolder(),
        [setting]: String(port),
      })
      expect({ code, errors }).toMatchObject({ code: 1, errors: expect.stringContaining(setting) })
      expect(errors).toMatch(oneLine)
    }
    blocker.close()
  })

  test('an unusable data folder is one clear line', async () => {
    const file = join(await freshFolder(), 'a-file')
    await writeFile(file, '')
    const { code, errors } = await runToEnd({ WIREHOUSE_DATA_DIR: join(file, 'data') })
    expect({ code, errors }).toMatchObject({ code: 1, errors: expect.stringMatching(oneLine) })
    expect(errors).toContain(file)
  })

  test('a damaged database is one clear line, and never replaced', async () => {
    const dataDir = await freshFolder()
    await using first = await startServerProcess({ dataDir })
    await first.kill('SIGTERM')
    const database = join(dataDir, 'wirehouse.db')
    await writeFile(database, 'this was a database once', { flag: 'r+' })
    const before = await readFile(database)
    const { code, errors } = await runToEnd({ WIREHOUSE_DATA_DIR: dataDir })
    expect({ code, errors }).toMatchObject({ code: 1, errors: expect.stringMatching(oneLine) })
    expect(errors).toContain('wirehouse.db')
    expect(await readFile(database)).toEqual(before)
    await truncate(database, 100)
    expect((await runToEnd({ WIREHOUSE_DATA_DIR: dataDir })).code).toBe(1)
  })

  test.each([
    [{ WIREHOUSE_HTPP_PORT: '80' }, 'WIREHOUSE_HTTP_PORT'],
    [{ WIREHOUSE_HTTP_PORT: 'eighty' }, 'WIREHOUSE_HTTP_PORT'],
  ])('the bad setting %j is one clear line', async (env, named) => {
    const { code, errors } = await runToEnd({
      ...(env as Record<string, string>),
      WIREHOUSE_DATA_DIR: await freshFolder(),
    })
    expect({ code, errors }).toMatchObject({ code: 1, errors: expect.stringMatching(oneLine) })
    expect(errors).toContain(named)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with 0', async (signal) => {
    await using running = await startServerProcess()
    expect(await running.kill(signal)).toBe(0)
  })

  test('SIGTERM while it still starts ends it with 0, too', async () => {
    const main = join(import.meta.dirname, '../../dist/server/main.js')
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'] ?? '',
        WIREHOUSE_DATA_DIR: await freshFolder(),
        WIREHOUSE_ADMIN_PASSWORD: OWNER.password,
        WIREHOUSE_HTTP_PORT: '0',
        WIREHOUSE_MQTT_PORT: '0',
        WIREHOUSE_MQTTS_PORT: '0',
        WIREHOUSE_MDNS: 'off',
      },
    })
    const [first] = await once(child.stdout, 'data')
    expect(String(first)).toContain('Created the database')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'after %s, flows run again and retained messages are there',
    async (signal) => {
      const dataDir = await freshFolder()
      {
        await using first = await startServerProcess({ dataDir })
        await first.api('PUT', '/api/flows/stays', echo('stays'))
        await first.api('POST', '/api/flows/stays/deploy')
        await first.api('PUT', '/api/mqtt/kept?qos=1', 'retained', { 'content-type': 'text/plain' })
        await first.kill(signal)
      }
      await using second = await startServerProcess({ dataDir })
      const client = await connectMqtt(second.mqttPort)
      const { next } = await listen(client, 'stays/out')
      await client.publishAsync('stays/in', 'again', { qos: 1 })
      expect(await next).toBe('again')
      await client.endAsync()
      expect((await second.api('GET', '/api/mqtt/kept')).body).toBe('retained')
    },
  )
})
