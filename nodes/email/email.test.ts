import { serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import type { Post } from '#kit/runtime/outbox.ts'
import { FakeDeadLetters, FakeOutbox } from '#rig/fake-outbox.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { email } from './definition.ts'
import { emailRuntime } from './runtime.ts'

async function mailNode(config: Record<string, unknown> = {}, wireErrorPort = false) {
  const outbox = new FakeOutbox()
  const node = await nodeRig(emailRuntime, {
    config: { account: 'mail', to: 'anna@example.org', ...config },
    links: { mail: {} },
    services: { outbox },
    wireErrorPort,
  })
  const bodyAt = (index: number) => outbox.posts[index]?.post.body as Record<string, unknown>
  return { outbox, node, bodyAt }
}

const statusOf = (node: Awaited<ReturnType<typeof nodeRig>>) => {
  const last = node.statuses.at(-1)
  return [last?.state, last?.text]
}

describe('the mail', () => {
  it('is in the outbox when the message is settled', async () => {
    const { outbox, node } = await mailNode({ subject: 'Bell at {{ topic }}', urgency: 'alarm' })
    await node.send('in', { topic: 'gate', payload: 'rung' })
    expect(outbox.posts.map(({ post }): Partial<Post> => post)).toMatchObject([
      {
        connection: 'mail',
        target: 'anna@example.org',
        title: 'Bell at gate',
        body: { to: 'anna@example.org', subject: 'Bell at gate', text: 'rung' },
        urgency: 'alarm',
      },
    ])
    expect(outbox.posts[0]?.post.expiresAfterMs).toBeUndefined()
    expect(statusOf(node)).toEqual(['busy', '1 on the way'])
  })

  it('goes to each recipient by itself, once', async () => {
    const { outbox, node } = await mailNode({
      to: 'anna@example.org, Bob <bob@example.org>;anna@example.org',
    })
    await node.send('in', { payload: 'x' })
    expect(outbox.posts.map(({ post }) => post.target)).toEqual(['anna@example.org', 'bob@example.org'])
  })

  it('has a subject of one line, whatever comes in', async () => {
    const { node, bodyAt } = await mailNode({ subject: 'Bell {{ payload }}' })
    await node.send('in', { payload: 'x\r\nBcc: eve@example.org\u2028\0y' })
    expect(bodyAt(0)['subject']).toBe('Bell x Bcc: eve@example.org y')
  })

  it('escapes what is inserted into HTML, and carries the text as well', async () => {
    const { node, bodyAt } = await mailNode({ format: 'html', text: '<b>{{ payload }}</b><br>Hi' })
    await node.send('in', { payload: '</b><img src=x onerror="a">' })
    expect(bodyAt(0)).toMatchObject({
      html: '<b>&lt;/b&gt;&lt;img src=x onerror=&quot;a&quot;&gt;</b><br>Hi',
      text: '</b><img src=x onerror="a">\nHi',
    })
  })

  it('has an attachment out of the message, with a name that leads nowhere', async () => {
    const { node, bodyAt } = await mailNode({
      attachment: 'property',
      attachmentProperty: 'image',
      attachmentName: '{{ topic }}.jpg',
    })
    await node.send('in', { topic: '../etc/pass"wd\n', payload: 'x', image: new Uint8Array([255, 216]) })
    expect(bodyAt(0)['attachment']).toEqual({ name: '-etc-pass-wd .jpg', bytes: new Uint8Array([255, 216]) })
  })

  it.each([
    ['missing', undefined],
    ['empty', new Uint8Array()],
    ['over 4 MB', new Uint8Array(4 * 1024 * 1024 + 1)],
    ['no bytes', 7],
  ])('goes out without an attachment that is %s', async (_, image) => {
    const { node, bodyAt } = await mailNode({ attachment: 'property', attachmentProperty: 'image' })
    await node.send('in', { payload: 'x', image })
    expect(bodyAt(0)).toEqual({ to: 'anna@example.org', subject: '', text: 'x' })
    expect(statusOf(node)).toEqual(['warn', 'Sent without an attachment'])
  })

  it('is worth nothing after the time in the settings', async () => {
    const { outbox, node } = await mailNode({ expiresAfterMs: 60_000 })
    await node.send('in', { payload: 'x' })
    expect(outbox.posts[0]?.post.expiresAfterMs).toBe(60_000)
  })

  it('fails its message when the outbox does not take it', async () => {
    const { outbox, node } = await mailNode()
    outbox.refuse = new Error('full')
    await expect(node.send('in', { payload: 'x' })).rejects.toThrow('full')
  })
})

describe('what comes back', () => {
  it('is small, however big the message was', async () => {
    const { outbox, node } = await mailNode({ attachment: 'property', attachmentProperty: 'image' })
    await node.send('in', { topic: 'gate', payload: 'x'.repeat(100_000), image: new Uint8Array(3_000_000) })
    expect(serialize(outbox.posts[0]?.post.keep).length).toBeLessThan(256 * 1024)
    await node.tell(outbox.sent())
    expect(node.sent[0]?.message).toMatchObject({ topic: 'gate', payload: 'x'.repeat(20_000) })
  })

  it('belongs to the alarm that the message tells of', async () => {
    const { outbox, node } = await mailNode()
    await node.send('in', { payload: 'x', alarm: { id: 'a1' } })
    expect(outbox.posts[0]?.post.alarm).toBe('a1')
  })
})

describe('news', () => {
  it('that it was sent lets the message out, also after a restart', async () => {
    const before = await mailNode()
    await before.node.send('in', { topic: 'gate', payload: 'rung' })
    const { node } = await mailNode()
    await node.tell(before.outbox.sent(0, { receipt: { messageId: '<1@x>' }, mayBeDouble: true }))
    expect(node.sent).toEqual([
      {
        port: 'out',
        message: {
          id: before.outbox.posts[0]?.post.cause.id,
          topic: 'gate',
          payload: 'rung',
          to: 'anna@example.org',
          messageId: '<1@x>',
          mayBeDouble: true,
        },
      },
    ])
    expect(statusOf(node)).toEqual(['ok', '1 sent'])
  })

  it('that it will not arrive sends the message out by its error port, as it came in', async () => {
    const { outbox, node } = await mailNode({}, true)
    await node.send('in', { topic: 'gate', payload: 'rung' })
    await node.tell(outbox.failed({ code: 'SMTP_REFUSED', message: 'No such mailbox.' }))
    expect(node.sent).toMatchObject([
      { port: 'error', message: { topic: 'gate', payload: 'rung', error: { code: 'SMTP_REFUSED' } } },
    ])
  })

  it('that it will not arrive shows, and is a dead letter where nobody takes it', async () => {
    const outbox = new FakeOutbox()
    const deadLetters = new FakeDeadLetters()
    const node = await nodeRig(emailRuntime, {
      config: { account: 'mail', to: 'anna@example.org' },
      links: { mail: {} },
      services: { outbox, deadLetters },
    })
    await node.send('in', { payload: 'x' })
    await node.tell(outbox.failed({ code: 'SMTP_REFUSED', message: 'No such mailbox.' }))
    expect(statusOf(node)).toEqual(['error', 'No such mailbox.'])
    expect(deadLetters.letters).toMatchObject([
      { port: 'in', message: { payload: 'x' }, error: { code: 'SMTP_REFUSED' } },
    ])
  })

  it('is not settled when another way fails behind the error port', async () => {
    const outbox = new FakeOutbox()
    const node = await nodeRig(emailRuntime, {
      config: { account: 'mail', to: 'anna@example.org' },
      links: { mail: {} },
      services: { outbox },
      wireErrorPort: true,
      downstream: () => Promise.reject(new Error('disk full')),
    })
    await node.send('in', { payload: 'x' })
    await expect(node.tell(outbox.failed({ code: 'SMTP_REFUSED', message: 'No.' }))).rejects.toThrow(
      'disk full',
    )
  })
})

describe('the definition', () => {
  const problemsOf = (config: Record<string, unknown>) =>
    email
      .check?.(email.config.parse({ to: 'anna@example.org', ...config }))
      .map(({ code, field }) => [code, field])

  it.each([
    [{}, []],
    [{ to: '' }, [['EMAIL_TO_MISSING', 'to']]],
    [{ to: 'anna' }, [['EMAIL_TO', 'to']]],
    [{ to: 'anna@example.org>\r\nRCPT TO:<eve@example.org' }, [['EMAIL_TO', 'to']]],
    [
      { to: Array.from({ length: 21 }, (_, index) => `a${index}@example.org`).join() },
      [['EMAIL_TO_MANY', 'to']],
    ],
    [{ subject: '{{ topic' }, [['TEMPLATE_OPEN', 'subject']]],
    [{ text: '{{ payload' }, [['TEMPLATE_OPEN', 'text']]],
    [{ attachmentName: '{{' }, []],
    [{ attachment: 'property', attachmentName: '{{' }, [['TEMPLATE_OPEN', 'attachmentName']]],
  ])('checks %j', (config, problems) => {
    expect(problemsOf(config)).toEqual(problems)
  })
})
