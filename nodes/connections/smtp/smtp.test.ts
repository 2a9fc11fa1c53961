import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { describe, expect, it } from 'vitest'
import type { Parcel, PostDesk } from '#kit/runtime/outbox.ts'
import { FakePostDesk } from '#rig/fake-outbox.ts'
import { fakeServices } from '#rig/fake-services.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { testCertificate } from '#server/broker/test-certificate.ts'
import { smtp } from './definition.ts'
import { parseMailbox } from './mailbox.ts'
import { smtpRuntime } from './runtime.ts'

interface Taken {
  readonly to: readonly string[]
  readonly raw: Buffer
  readonly secure: boolean
  readonly user: unknown
}

/** A mail server of somebody else on a free port, without a login and TLS unless asked for. */
async function startServer(options: SMTPServerOptions = {}) {
  const mails: Taken[] = []
  const server = new SMTPServer({
    disabledCommands: options.onAuth ? [] : ['AUTH'],
    key: testCertificate.key,
    cert: testCertificate.cert,
    onData(stream, session, done) {
      stream.toArray().then((chunks) => {
        const to = session.envelope.rcptTo.map(({ address }) => address)
        mails.push({ to, raw: Buffer.concat(chunks), secure: session.secure, user: session.user })
        done()
      }, done)
    },
    ...options,
  })
  server.on('error', () => 'a client that hangs up in the middle')
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    mails,
    port: (server.server.address() as AddressInfo).port,
    /** Hangs up on everybody. */
    drop: () => {
      for (const { _socket } of server.connections) _socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
}

const refuse = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode })

interface Around {
  readonly posts?: PostDesk
  readonly clock?: VirtualClock
}

function open(
  config: Record<string, unknown>,
  { posts = new FakePostDesk(), clock = new VirtualClock() }: Around = {},
) {
  const stop = new AbortController()
  const { carrier } = smtpRuntime.open({
    id: 'mail',
    config: smtp.config.parse({
      host: '127.0.0.1',
      security: 'none',
      from: 'House <house@example.org>',
      ...config,
    }),
    clock,
    signal: stop.signal,
    services: { ...fakeServices(), posts },
    status: () => undefined,
    log: () => undefined,
    own: (resource) => resource,
  })
  if (!carrier) throw new Error('no carrier')
  return carrier
}

const parcel = (body: object = {}, changes: Partial<Parcel> = {}): Parcel => ({
  number: 7,
  from: { flow: 'flow', node: 'node' },
  target: 'anna@example.org',
  body: { to: 'anna@example.org', subject: 'Bell', text: 'Somebody rang.', ...body },
  urgency: 'normal',
  count: 1,
  at: Date.UTC(2026, 0, 1),
  mayBeDouble: false,
  ...changes,
})

const sentBy = (raw: Buffer | undefined) => PostalMime.parse(raw ?? '')

describe('a mail', () => {
  it('arrives as it was meant', async () => {
    await using server = await startServer()
    const attachment = { name: 'Tür.jpg', bytes: new Uint8Array([255, 216, 0, 10]) }
    const body = { subject: 'Klingel – 🔔', text: 'Wer ist da?\nÄh', html: '<b>Wer</b>', attachment }
    const tried = await open({ port: server.port }).send(parcel(body, { urgency: 'alarm' }))
    expect(tried).toMatchObject({ kind: 'sent' })
    const mail = await sentBy(server.mails[0]?.raw)
    expect(server.mails[0]?.to).toEqual(['anna@example.org'])
    expect(mail).toMatchObject({
      from: { name: 'House', address: 'house@example.org' },
      to: [{ address: 'anna@example.org' }],
      subject: 'Klingel – 🔔',
      text: expect.stringContaining('Wer ist da?\nÄh'),
      html: expect.stringContaining('<b>Wer</b>'),
      date: '2026-01-01T00:00:00.000Z',
    })
    const [file] = mail.attachments
    expect(file?.filename).toBe('Tür.jpg')
    expect(new Uint8Array(file?.content as ArrayBuffer)).toEqual(attachment.bytes)
    expect(mail.headers).toContainEqual(expect.objectContaining({ key: 'x-priority', value: '1 (Highest)' }))
  })

  it('has the same id and date when it is sent again, also after a restart, and says so', async () => {
    await using server = await startServer()
    const posts = new FakePostDesk()
    const first = await open({ port: server.port }, { posts }).send(parcel())
    await open({ port: server.port }, { posts }).send(parcel({}, { mayBeDouble: true }))
    const [one, again] = await Promise.all(server.mails.map(({ raw }) => sentBy(raw)))
    expect(one?.messageId).toMatch(/^<wirehouse\.[0-9a-f-]{36}-7@example\.org>$/)
    expect(first).toMatchObject({ receipt: { messageId: one?.messageId } })
    expect([again?.messageId, again?.date]).toEqual([one?.messageId, one?.date])
    const repeated = (mail: typeof one) =>
      mail?.headers.find(({ key }) => key === 'x-wirehouse-repeated')?.value
    expect([repeated(one), repeated(again)]).toEqual([undefined, 'yes'])
  })

  it('has another id in another house', async () => {
    await using server = await startServer()
    for (const _ of [1, 2]) await open({ port: server.port }).send(parcel())
    const [one, other] = await Promise.all(server.mails.map(({ raw }) => sentBy(raw)))
    expect(one?.messageId).not.toBe(other?.messageId)
  })

  it('takes no header and no recipient from what is in it', async () => {
    await using server = await startServer()
    const body = {
      subject: 'x\r\nBcc: eve@example.org\r\n\r\nHi',
      text: 'a\r\n.\r\nMAIL FROM:<eve@example.org>',
      attachment: { name: 'a.txt"\r\nX-Evil: 1', bytes: new Uint8Array([65]) },
    }
    await open({ port: server.port }).send(parcel(body))
    expect(server.mails.map(({ to }) => to)).toEqual([['anna@example.org']])
    const mail = await sentBy(server.mails[0]?.raw)
    expect(mail.bcc).toBeUndefined()
    expect(mail.headers.map(({ key }) => key)).not.toContain('x-evil')
    expect(mail.text).toContain('MAIL FROM:<eve@example.org>')
  })

  it('reads no file and no address that its text names', async () => {
    await using server = await startServer()
    await open({ port: server.port }).send(parcel({ html: '<img src="file:///etc/passwd">' }))
    expect((await sentBy(server.mails[0]?.raw)).html).toContain('file:///etc/passwd')
  })
})

describe('the login', () => {
  const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) =>
    username === 'house' && password === 'hunter2'
      ? done(null, { user: username })
      : done(refuse(535, `5.7.8 no such user with ${password}`))

  it('goes over STARTTLS with a certificate that is trusted', async () => {
    await using server = await startServer({ onAuth })
    const account = { port: server.port, security: 'starttls', user: 'house', password: 'hunter2' }
    const tried = await open({ ...account, caCertificate: testCertificate.cert }).send(parcel())
    expect(tried).toMatchObject({ kind: 'sent' })
    expect(server.mails).toMatchObject([{ secure: true, user: 'house' }])
  })

  it('goes over TLS from the start', async () => {
    await using server = await startServer({ onAuth, secure: true })
    const account = { port: server.port, security: 'tls', user: 'house', password: 'hunter2' }
    const tried = await open({ ...account, caCertificate: testCertificate.cert }).send(parcel())
    expect(tried).toMatchObject({ kind: 'sent' })
    expect(server.mails).toMatchObject([{ secure: true }])
  })

  it('that is wrong fails for good, and does not tell the password', async () => {
    await using server = await startServer({ onAuth, secure: true })
    const account = { port: server.port, security: 'tls', user: 'house', password: 'secret-word' }
    const trying = open({ ...account, caCertificate: testCertificate.cert }).send(parcel())
    const error = await trying.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'SMTP_LOGIN', values: { reply: expect.stringContaining('535') } })
    expect(JSON.stringify([String(error), error])).not.toContain('secret-word')
  })

  it('is not tried with a server that nobody trusts, and the mail waits', async () => {
    let logins = 0
    await using server = await startServer({
      onAuth: (_auth, _session, done) => done(refuse(535, `${logins++}`)),
    })
    const tried = await open({ port: server.port, security: 'starttls', user: 'house', password: 'x' }).send(
      parcel(),
    )
    expect(tried).toMatchObject({ kind: 'fault', isUncertain: false, problem: { code: 'SMTP_CERTIFICATE' } })
    expect(logins).toBe(0)
  })

  it('is not sent in the clear where STARTTLS is wanted and not offered', async () => {
    await using server = await startServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'], onAuth })
    const trying = open({ port: server.port, security: 'starttls', user: 'house', password: 'x' }).send(
      parcel(),
    )
    await expect(trying).rejects.toMatchObject({ code: 'SMTP_NO_STARTTLS' })
    expect(server.mails).toEqual([])
  })
})

describe('what goes wrong', () => {
  it('for now is tried again: greylisting', async () => {
    let tries = 0
    await using server = await startServer({
      onRcptTo: (_address, _session, done) =>
        done(tries++ === 0 ? refuse(451, '4.7.1 Greylisted, come back') : undefined),
    })
    const carrier = open({ port: server.port })
    expect(await carrier.send(parcel())).toMatchObject({
      kind: 'fault',
      isUncertain: false,
      problem: { code: 'SMTP_LATER', message: expect.stringContaining('451 4.7.1 Greylisted, come back') },
    })
    expect(await carrier.send(parcel())).toMatchObject({ kind: 'sent' })
    expect(server.mails).toHaveLength(1)
  })

  it.each([
    ['550', 'SMTP_REFUSED', refuse(550, '5.1.1 No such user')],
    ['552', 'SMTP_TOO_LARGE', refuse(552, '5.3.4 Too big')],
  ])('for good is not tried again: %s', async (_, code, answer) => {
    await using server = await startServer({ onRcptTo: (_address, _session, done) => done(answer) })
    await expect(open({ port: server.port }).send(parcel())).rejects.toMatchObject({
      code,
      message: expect.stringContaining(answer.message),
    })
  })

  it('with the mail itself, for now or for good, is as the server says', async () => {
    for (const [status, outcome] of [
      [452, 'fault'],
      [554, 'SMTP_REFUSED'],
    ] as const) {
      await using server = await startServer({
        onData: (stream, _session, done) => {
          stream.resume().once('end', () => done(refuse(status, 'no')))
        },
      })
      const tried = await open({ port: server.port })
        .send(parcel())
        .catch((error: { code: string }) => error.code)
      expect(
        typeof tried === 'string' ? tried : [tried.kind, 'isUncertain' in tried && tried.isUncertain],
      ).toEqual(outcome === 'fault' ? ['fault', false] : outcome)
    }
  })

  it('after the mail was on its way is uncertain', async () => {
    await using server = await startServer({
      onData: (stream) => {
        stream.resume().once('end', () => hangUp())
      },
    })
    const hangUp = () => server.drop()
    const tried = await open({ port: server.port }).send(parcel())
    expect(tried).toMatchObject({ kind: 'fault', isUncertain: true, problem: { code: 'SMTP_BROKE' } })
  })

  it('before is certain: nothing answers', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    await once(closed, 'close')
    expect(await open({ port }).send(parcel())).toMatchObject({
      kind: 'fault',
      isUncertain: false,
      problem: { code: 'SMTP_NOTHING_ANSWERS', values: { host: '127.0.0.1', port: String(port) } },
    })
  })

  it('with a server that says nothing ends after a while', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const clock = new VirtualClock()
    const trying = open({ port: (silent.address() as AddressInfo).port }, { clock }).send(parcel())
    await once(silent, 'connection')
    await clock.advance(110_000)
    expect(await trying).toMatchObject({
      kind: 'fault',
      isUncertain: false,
      problem: { code: 'SMTP_SILENT' },
    })
    silent.close()
  })

  it.each([
    ['SMTP_HOST_MISSING', { host: '' }],
    ['SMTP_FROM_MISSING', { from: '' }],
  ])('is %s where that is not set', async (code, config) => {
    await expect(open(config).send(parcel())).rejects.toMatchObject({ code })
  })
})

describe('an address', () => {
  it.each([
    ['anna@example.org', { name: '', address: 'anna@example.org' }],
    ['Anna B. <anna@example.org>', { name: 'Anna B.', address: 'anna@example.org' }],
    ['"Anna" <anna@example.org>', { name: 'Anna', address: 'anna@example.org' }],
    ['anna', undefined],
    ['anna@', undefined],
    ['a@b@c', undefined],
    ['anna@example.org\r\nBcc: eve@example.org', undefined],
    ['Anna\r\nBcc: eve@example.org <anna@example.org>', undefined],
    ['<anna@example.org> <eve@example.org>', undefined],
    ['a b@example.org', undefined],
  ])('is read from %j', (text, mailbox) => {
    expect(parseMailbox(text)).toEqual(mailbox)
  })
})
