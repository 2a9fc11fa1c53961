import { describe, expect, it } from 'vitest'
import type { Parcel } from '#kit/runtime/outbox.ts'
import { startFakeNtfy } from '#rig/fake-ntfy.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { ntfy } from './definition.ts'
import { ntfyRuntime } from './runtime.ts'

function open(config: Record<string, unknown>) {
  const { carrier } = ntfyRuntime.open({
    id: 'ntfy',
    config: ntfy.config.parse({ mayReachMachine: true, ...config }),
    clock: new VirtualClock(),
    signal: new AbortController().signal,
    services: fakeServices(),
    status: () => undefined,
    log: () => undefined,
    own: (resource) => resource,
  })
  if (!carrier) throw new Error('no carrier')
  return carrier
}

const notification = { topic: 'house', message: 'Öffnen? 🚪', title: 'Tür', priority: 5, tags: ['door'] }

const parcel = (changes: Partial<Parcel> = {}): Parcel => ({
  number: 7,
  from: { flow: 'flow', node: 'node' },
  target: 'house',
  body: notification,
  urgency: 'alarm',
  count: 1,
  at: 0,
  mayBeDouble: false,
  ...changes,
})

describe('a notification', () => {
  it('is shown', async () => {
    await using server = await startFakeNtfy({ token: 'tk_house' })
    const tried = await open({ server: server.address, token: 'tk_house' }).send(parcel())
    expect(tried).toEqual({ kind: 'sent', receipt: { messageId: 'fake00000001' } })
    expect(server.shown).toMatchObject([notification])
  })

  it('that may be shown twice says so', async () => {
    await using server = await startFakeNtfy()
    const carrier = open({ server: server.address })
    server.fail({ kind: 'reset-after' })
    expect(await carrier.send(parcel())).toMatchObject({ kind: 'fault', isUncertain: true })
    await carrier.send(parcel({ mayBeDouble: true }))
    expect(server.shown.map(({ tags }) => tags)).toEqual([['door'], ['repeat', 'door']])
  })
})

describe('what goes wrong', () => {
  it.each([
    [
      { kind: 'status', status: 429, retryAfter: '9' },
      { kind: 'pause', ms: 9_000 },
    ],
    [
      { kind: 'status', status: 429 },
      { kind: 'fault', isUncertain: false },
    ],
    [
      { kind: 'status', status: 502 },
      { kind: 'fault', isUncertain: true },
    ],
    [
      { kind: 'status', status: 200, text: '<html>Sign in' },
      { kind: 'fault', problem: { code: 'NTFY_INTERCEPTED' } },
    ],
    [{ kind: 'reset-before' }, { kind: 'fault', problem: { code: 'WEB_BROKE' } }],
  ] as const)('for now is tried again: %j', async (fault, outcome) => {
    await using server = await startFakeNtfy()
    server.fail(fault)
    expect(await open({ server: server.address }).send(parcel())).toMatchObject(outcome)
  })

  it.each([
    ['NTFY_FORBIDDEN', { kind: 'status', status: 403 }],
    ['NTFY_MOVED', { kind: 'status', status: 301 }],
    ['NTFY_REFUSED', { kind: 'status', status: 400 }],
  ] as const)('for good is %s', async (code, fault) => {
    await using server = await startFakeNtfy()
    server.fail(fault)
    await expect(open({ server: server.address }).send(parcel())).rejects.toMatchObject({ code })
  })

  it('tells no token', async () => {
    await using server = await startFakeNtfy({ token: 'tk_house' })
    const trying = open({ server: server.address, token: 'tk_SECRET' }).send(parcel())
    const error = await trying.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'NTFY_FORBIDDEN' })
    expect(JSON.stringify([String(error), error])).not.toContain('SECRET')
  })

  it('is refused for a server on this machine that nobody has allowed', async () => {
    await using server = await startFakeNtfy()
    const carrier = open({ server: server.address, mayReachMachine: false })
    await expect(carrier.send(parcel())).rejects.toMatchObject({ code: 'WEB_MACHINE' })
    expect(server.calls).toBe(0)
  })
})
