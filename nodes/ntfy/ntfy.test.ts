import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutBytes } from '#kit/runtime/cut-bytes.ts'
import { FakeOutbox } from '#rig/fake-outbox.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { composer } from './compose.ts'
import { ntfy } from './definition.ts'
import { ntfyRuntime } from './runtime.ts'

async function phone(config: Record<string, unknown> = {}) {
  const outbox = new FakeOutbox()
  const node = await nodeRig(ntfyRuntime, {
    config: { server: 'ntfy', topic: 'house', ...config },
    links: { ntfy: {} },
    services: { outbox },
  })
  const last = () => node.statuses.at(-1)
  return { outbox, node, last }
}

const compose = (config: Record<string, unknown>, payload: unknown) =>
  composer(ntfy.config.parse({ topic: 'house', ...config }))({ id: 'm', payload }, 0)

describe('the notification', () => {
  it('is in the outbox when the message is settled, and leaves with its text', async () => {
    const { outbox, node } = await phone({
      title: 'Door {{ topic }}',
      text: 'Open: {{ payload }}',
      tags: ' door, warning ,',
      click: 'https://cam.example/{{ payload }}',
      urgency: 'alarm',
    })
    await node.send('in', { topic: 'gate', payload: 'yes' })
    expect(outbox.posts.map(({ post }) => post)).toMatchObject([
      {
        connection: 'ntfy',
        target: 'house',
        title: 'Door gate',
        urgency: 'alarm',
        body: {
          topic: 'house',
          title: 'Door gate',
          message: 'Open: yes',
          priority: 5,
          tags: ['door', 'warning'],
          click: 'https://cam.example/yes',
        },
      },
    ])
    await node.tell(outbox.sent(0, { receipt: { messageId: 'x1' } }))
    expect(node.sent).toMatchObject([{ port: 'out', message: { payload: 'Open: yes', messageId: 'x1' } }])
  })

  it('that is told of again leaves as a message that is repeated', async () => {
    const { outbox, node } = await phone()
    await node.send('in', { payload: 'x' })
    await node.tell(outbox.sent(0))
    await node.tell(outbox.sent(0, { repeated: true }))
    expect(node.sent.map(({ message }) => message.repeated)).toEqual([undefined, true])
  })

  it.each([
    [{ urgency: 'alarm' }, 5],
    [{ urgency: 'normal' }, 3],
    [{ urgency: 'low' }, 2],
    [{ urgency: 'alarm', priority: 'min' }, 1],
    [{ priority: 'max' }, 5],
  ])('with %j has the priority %i', (config, priority) => {
    expect(compose(config, 'x').notification.priority).toBe(priority)
  })

  it.each(['javascript:alert(1)', 'data:text/html,x', 'no address', ''])('leads nowhere by %j', (click) => {
    expect(compose({ click: '{{ payload }}', text: 'x' }, click).notification.click).toBeUndefined()
  })

  it('that is too long is cut, with a warning', async () => {
    const { outbox, node, last } = await phone()
    await node.send('in', { payload: 'ä'.repeat(5_000) })
    expect(outbox.posts[0]?.post.body).toMatchObject({ message: `${'ä'.repeat(2_046)}…` })
    expect([last()?.state, last()?.text]).toEqual(['warn', 'Cut to 4096 bytes'])
  })

  it('always fits, whatever a message holds', () => {
    const unit = fc.constantFrom('"', '\\', '\n', 'ä', '👨‍👩‍👧', '\u0001', '\ud800', '\u2028', 'x')
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 6_000, size: 'max' }), (payload) => {
        const title = 'T{{ payload }}'
        const { notification } = compose(
          { title, tags: 'a,'.repeat(99), click: 'https://x/{{ payload }}' },
          payload,
        )
        const withRepeat = { ...notification, tags: ['repeat', ...notification.tags] }
        expect(Buffer.byteLength(notification.message)).toBeLessThanOrEqual(4_096)
        expect(Buffer.byteLength(notification.title ?? '')).toBeLessThanOrEqual(250)
        expect(Buffer.byteLength(JSON.stringify(withRepeat))).toBeLessThanOrEqual(8_192)
      }),
      { numRuns: 50 },
    )
  })

  it.each(['"', '\\', '\n.'])('of nothing but %j, which JSON makes longer, fits too', (sign) => {
    const config = {
      title: '{{ payload }}',
      tags: 'a,b,c,d,e',
      click: `https://x.example/${'y'.repeat(900)}`,
    }
    const { notification } = compose(config, sign.repeat(5_000))
    const withRepeat = { ...notification, tags: ['repeat', ...notification.tags] }
    expect(Buffer.byteLength(JSON.stringify(withRepeat))).toBeLessThanOrEqual(8_192)
    expect(Buffer.byteLength(notification.message)).toBeGreaterThan(3_000)
  })

  it('fails when nothing would be in it', async () => {
    const { node } = await phone({ text: '{{ payload.gone }}' })
    await expect(node.send('in', { payload: {} })).rejects.toMatchObject({ code: 'NTFY_EMPTY' })
  })
})

it.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, '…'],
  ['abcdefgh', 7, 'abcd…'],
  ['ab cdefgh', 6, 'ab…'],
  ['👨‍👩‍👧x', 12, '…'],
  ['👨‍👩‍👧xxxx', 21, '👨‍👩‍👧…'],
  ['abc', 2, ''],
])('%j in %i bytes is %j', (text, most, cut) => {
  expect(cutBytes(text, most)).toBe(cut)
})

it.each([
  [{}, []],
  [{ topic: '' }, [['NTFY_TOPIC_MISSING', 'topic']]],
  [{ text: '{{' }, [['TEMPLATE_OPEN', 'text']]],
  [{ title: '{{' }, [['TEMPLATE_OPEN', 'title']]],
  [{ click: '{{' }, [['TEMPLATE_OPEN', 'click']]],
])('checks %j', (config, problems) => {
  const found = ntfy.check?.(ntfy.config.parse({ topic: 'house', ...config }))
  expect(found?.map(({ code, field }) => [code, field])).toEqual(problems)
})
