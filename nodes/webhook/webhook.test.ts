import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeOutbox } from '#rig/fake-outbox.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { webhook } from './definition.ts'
import { jsonTemplate } from './json-template.ts'
import { webhookRuntime } from './runtime.ts'

async function hookNode(config: Record<string, unknown> = {}) {
  const outbox = new FakeOutbox()
  const node = await nodeRig(webhookRuntime, {
    config: { service: 'hook', ...config },
    links: { hook: {} },
    services: { outbox },
  })
  return { outbox, node }
}

describe('the call', () => {
  it('is in the outbox when the message is settled, with the message as JSON', async () => {
    const { outbox, node } = await hookNode({ method: 'PUT', path: '/alarms?key=1' })
    await node.send('in', { id: 'm1', topic: 'gate', payload: { open: true }, photo: new Uint8Array([1, 2]) })
    expect(outbox.posts.map(({ post }) => post)).toMatchObject([
      {
        connection: 'hook',
        target: '/alarms',
        title: 'PUT /alarms',
        body: {
          method: 'PUT',
          path: '/alarms?key=1',
          json: '{"id":"m1","topic":"gate","payload":{"open":true},"photo":"AQI="}',
        },
      },
    ])
  })

  it('goes on with its status', async () => {
    const { outbox, node } = await hookNode()
    await node.send('in', { payload: 'x' })
    await node.tell(outbox.sent(0, { receipt: { status: 202 } }))
    expect(node.sent).toMatchObject([
      { port: 'out', message: { payload: 'x', status: 202, mayBeDouble: false } },
    ])
  })

  it('has a path that stays within the service', async () => {
    const { outbox, node } = await hookNode({ path: '/rooms/{{ payload }}/light' })
    await node.send('in', { payload: 'living room/../?#' })
    expect(outbox.posts[0]?.post.body).toMatchObject({ path: '/rooms/living%20room%2F..%2F%3F%23/light' })
    for (const payload of ['..', '.'])
      await expect(node.send('in', { payload })).rejects.toMatchObject({ code: 'WEBHOOK_PATH' })
  })

  it('fails where the message cannot be written', async () => {
    const { node } = await hookNode()
    const loop: { self?: unknown } = {}
    loop.self = loop
    await expect(node.send('in', { payload: loop })).rejects.toMatchObject({ code: 'WEBHOOK_MESSAGE' })
  })
})

describe('JSON of your own', () => {
  const render = (text: string, payload: unknown) => jsonTemplate(text, 'body')({ payload }, 0)

  it.each([
    ['{"a": {{ payload }}}', 'hi "you"', '{"a": "hi \\"you\\""}'],
    ['{"a": "{{ payload }}"}', 'hi "you"', '{"a": "hi \\"you\\""}'],
    ['{"a": {{ payload }}}', 21.5, '{"a": 21.5}'],
    ['{"a": {{ payload }}}', undefined, '{"a": null}'],
    ['{"a": {{ payload }}}', { b: [1] }, '{"a": {"b":[1]}}'],
    ['{"a\\"{{ payload }}": 1}', 'b', '{"a\\"b": 1}'],
  ])('%s with %j', (text, payload, json) => {
    expect(render(text, payload)).toBe(json)
  })

  it('keeps its shape, whatever a message holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (payload) => {
        const made = JSON.parse(render('{"safe": true, "a": "{{ payload }}", "b": {{ payload }}}', payload))
        expect(Object.keys(made)).toEqual(['safe', 'a', 'b'])
        expect([made.safe, made.a]).toEqual([true, payload])
      }),
    )
    expect(JSON.parse(render('{"a": {{ payload }}}', '1, "admin": true'))).toEqual({ a: '1, "admin": true' })
  })
})

describe('the definition', () => {
  const problemsOf = (config: Record<string, unknown>) =>
    webhook.check?.(webhook.config.parse(config)).map(({ code, field }) => [code, field])

  it.each([
    [{}, []],
    [{ path: '/a/{{ payload }}?b=c' }, []],
    [{ path: '/a/../b' }, [['WEBHOOK_PATH_SHAPE', 'path']]],
    [{ path: '//evil.example.org' }, [['WEBHOOK_PATH_SHAPE', 'path']]],
    [{ path: '/a b' }, [['WEBHOOK_PATH_SHAPE', 'path']]],
    [{ path: '{{' }, [['TEMPLATE_OPEN', 'path']]],
    [{ content: 'template' }, []],
    [{ content: 'template', body: '{"a": "{{ payload }}", "b": {{ topic }}}' }, []],
    [{ content: 'template', body: '{a: 1}' }, [['WEBHOOK_JSON_SHAPE', 'body']]],
    [{ content: 'template', body: '{{' }, [['TEMPLATE_OPEN', 'body']]],
    [{ body: '{a: 1}' }, []],
  ])('checks %j', (config, problems) => {
    expect(problemsOf(config)).toEqual(problems)
  })
})
