import { expect, test } from 'vitest'
import type { LinkShape } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { HostLinks, type HostLinksOptions } from './host-links.ts'
import { LinkServer, type LinkServerOptions } from './link-server.ts'
import type { LinkAnswer, LinkRequest } from './links.ts'
import { pack, unpack } from './pack.ts'

interface Device {
  add(a: number, b: number): Promise<number>
  fail(): Promise<never>
  listen(topic: string, heard: (value: unknown) => void): Disposable
  deliver(take: (value: unknown) => Promise<void> | void): Disposable
  part(id: string): { name(): Promise<string> }
}

const shape: LinkShape = {
  ...{ add: 'call', fail: 'call', odd: 'call', listen: 'listen', deliver: 'deliver' },
  part: { name: 'call' },
}

function device() {
  const listeners = new Set<(value: unknown) => void>()
  const takers = new Set<(value: unknown) => Promise<void> | void>()
  const into = <Listener>(all: Set<Listener>, one: Listener): Disposable => {
    all.add(one)
    return { [Symbol.dispose]: () => void all.delete(one) }
  }
  return {
    listeners,
    takers,
    add: async (a: number, b: number) => a + b,
    fail: async () => {
      throw new NodeError('DEVICE_GONE', 'It is gone.', { values: { name: 'lamp' } })
    },
    odd: async () => () => 'no plain value',
    secret: async () => 'not in the shape',
    listen: (_topic: string, heard: (value: unknown) => void) => into(listeners, heard),
    deliver: (take: (value: unknown) => Promise<void> | void) => into(takers, take),
    part: (id: string) => ({ name: async () => `part ${id}` }),
  }
}

/** Both ends, and between them what travels as bytes. */
function rig() {
  const link = device()
  const problems: string[] = []
  const copy = <Value>(value: Value): Value => {
    const bytes = pack(value)
    return unpack<Value>(bytes, 0, bytes.length)
  }
  const server: LinkServer = new LinkServer({
    linkOf: (connection) => (connection === 'lamp' ? { link, shape } : undefined),
    send: (answer: LinkAnswer) => host.take(copy(answer)),
    onProblem: (connection, error) => void problems.push(`${connection}: ${error}`),
  } satisfies LinkServerOptions)
  const runtime = { definition: { type: 'lamp' }, shape } as unknown as HostLinksOptions['runtimes'][number]
  const host: HostLinks = new HostLinks({
    runtimes: [runtime],
    builtIn: (id) => (id === 'house' ? 'the broker' : undefined),
    send: (request: LinkRequest) => server.take(copy(request)),
  })
  host.offer({ lamp: { type: 'lamp' }, broken: { error: { code: 'BROKEN', message: 'It is broken.' } } })
  return { link, problems, server, host, used: host.use('lamp') as Device & Record<string, never> }
}

test('calls over the border, also a part of the link', async () => {
  const { used } = rig()
  expect(await used.add(1, 2)).toBe(3)
  expect(await used.part('x').name()).toBe('part x')
})

test('errors cross with their code and values', async () => {
  const { used } = rig()
  await expect(used.fail()).rejects.toMatchObject({
    ...{ code: 'DEVICE_GONE', message: 'It is gone.', values: { name: 'lamp' } },
  })
})

test('an answer that cannot travel is a failed call', async () => {
  const { used } = rig()
  const { odd } = used as unknown as { odd(): Promise<unknown> }
  await expect(odd()).rejects.toThrow()
})

test('listens, and lets go', () => {
  const { used, link } = rig()
  const heard: unknown[] = []
  const listening = used.listen('a', (value) => void heard.push(value))
  for (const tell of link.listeners) tell({ value: 1 })
  listening[Symbol.dispose]()
  expect(heard).toEqual([{ value: 1 }])
  expect(link.listeners.size).toBe(0)
})

test('a delivery settles as its listener does', async () => {
  const { used, link } = rig()
  const taking = Promise.withResolvers<void>()
  used.deliver((value) => {
    if (value === 'bad') throw new NodeError('NO', 'Not this one.')
    return taking.promise
  })
  const [take] = link.takers
  await expect(take?.('bad')).rejects.toMatchObject({ code: 'NO' })
  const settled = take?.('good')
  taking.resolve()
  await settled
})

test('a value that cannot travel fails its delivery, and leaves nothing behind', async () => {
  const { used, link } = rig()
  used.deliver(() => {})
  const [take] = link.takers
  await expect(async () => take?.(() => {})).rejects.toThrow()
})

test('a host that ends lets go of its listeners, and fails what it had not answered', async () => {
  const { used, link, server } = rig()
  used.listen('a', () => {})
  used.deliver(() => new Promise(() => {}))
  const settled = [...link.takers][0]?.('never')
  server[Symbol.dispose]()
  await expect(settled).rejects.toThrow('before it had answered')
  expect([link.listeners.size, link.takers.size]).toEqual([0, 0])
})

test('reaches nothing that is not in the shape', async () => {
  const { host, server } = rig()
  const answers: LinkAnswer[] = []
  host.take = (answer) => void answers.push(answer)
  for (const member of ['secret', 'constructor', 'part', '__proto__'])
    server.take({ kind: 'call', id: 1, use: { connection: 'lamp', path: [], member, args: [] } })
  await expect.poll(() => answers.length).toBe(4)
  expect(answers.every((answer) => answer.kind === 'answered' && answer.error)).toBe(true)
})

test('says why a connection cannot be used, and knows the broker of the house', () => {
  const { host } = rig()
  expect(() => host.use('broken')).toThrow('It is broken.')
  expect(() => host.use('unknown')).toThrow('does not stand here')
  expect(host.use('house')).toBe('the broker')
})
