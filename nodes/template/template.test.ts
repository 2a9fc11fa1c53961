import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outputsOf } from '#kit/define-node.ts'
import { nodeRig } from '#rig/node-rig.ts'
import { template } from './definition.ts'
import { templateRuntime } from './runtime.ts'

const problemsOf = (config: Record<string, unknown>) =>
  template.check?.(template.config.parse(config)).map(({ code, field }) => [code, field])

const runJson = async (text: string, payload: unknown) => {
  const node = await nodeRig(templateRuntime, { config: { template: text, output: 'json' } })
  await node.send('in', { payload })
  return node.out[0]
}

describe('a text', () => {
  it('takes the place of the payload, and the rest of the message passes through', async () => {
    const node = await nodeRig(templateRuntime, {
      config: { template: '{{ topic }}: {{ payload.t | fixed 1 }} °C' },
    })
    await node.send('in', { topic: 'bath', payload: { t: 21.46 }, colour: 'red' })
    expect(node.sent[0]?.message).toMatchObject({ topic: 'bath', payload: 'bath: 21.5 °C', colour: 'red' })
  })

  it('goes into another property, along a path, without changing the message that came in', async () => {
    const node = await nodeRig(templateRuntime, {
      config: { template: '{{ payload.a }}!', property: 'payload.b.c' },
    })
    const payload = Object.freeze({ a: 1, b: Object.freeze({ d: 2 }) })
    await node.send('in', { payload })
    expect(node.out).toEqual([{ a: 1, b: { d: 2, c: '1!' } }])
  })

  it('knows the time', async () => {
    const node = await nodeRig(templateRuntime, { config: { template: '{{ now | date UTC }}' } })
    await node.send('in', { payload: 0 })
    expect(node.out).toEqual(['2026-01-01'])
  })
})

describe('JSON', () => {
  it.each([
    ['{ "t": {{ payload }} }', 21.5, { t: 21.5 }],
    ['{ "t": {{ payload }} }', 'say "hi", \\', { t: 'say "hi", \\' }],
    ['{ "t": "{{ payload }} °C" }', 'say "hi"\n', { t: 'say "hi"\n °C' }],
    ['{ "t": {{ payload.gone }} }', {}, { t: null }],
    ['[{{ payload }}, {{ payload | json }}]', { a: [true] }, [{ a: [true] }, { a: [true] }]],
    ['{ "t": {{ payload }} }', '1, "admin": true', { t: '1, "admin": true' }],
    ['{{ payload | fixed 1 }}', 2, 2],
  ])('%s', async (text, payload, expected) => {
    expect(await runJson(text, payload)).toEqual(expected)
  })

  it('keeps every value whole, between quotes and outside', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (payload) => {
        expect(await runJson('{"in":"{{ payload }}"}', payload)).toEqual({ in: payload })
      }),
      { numRuns: 50 },
    )
  })

  it('fails at the node when the template makes none, and names the place', async () => {
    const failed = runJson('{\n  "a": 1\n  "b": {{ payload }}\n}', 2)
    await expect(failed).rejects.toMatchObject({
      code: 'TEMPLATE_JSON',
      message:
        'The template does not make JSON: in its result, line 3, column 3, a comma or a closing bracket is due.',
    })
  })
})

describe('the definition', () => {
  it.each([
    [{ template: '{{ payload' }, [['TEMPLATE_OPEN', 'template']]],
    [{ template: '{ "a": {{ payload }}, "b": "{{ topic }}" }', output: 'json' }, []],
    [{ template: '{ {{ payload }}: 1 }', output: 'json' }, [['TEMPLATE_JSON', 'template']]],
    [{ property: 'id' }, [['TEMPLATE_PROPERTY', 'property']]],
    [{ property: 'payload.__proto__.x' }, [['TEMPLATE_PROPERTY', 'property']]],
    [{ property: 'a b' }, [['TEMPLATE_PROPERTY', 'property']]],
    [{}, []],
  ])('checks %j', (config, problems) => {
    expect(problemsOf(config)).toEqual(problems)
  })

  it.each([
    [{ output: 'text' }, 'text'],
    [{ output: 'json' }, 'json'],
    [{ output: 'json', property: 'topic' }, 'any'],
  ])('its output follows from %j', (config, kind) => {
    expect(outputsOf(template, template.config.parse(config))['out']?.kind).toBe(kind)
  })
})
