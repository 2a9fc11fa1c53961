import { describe, expect, test } from 'vitest'
import { findOutputProblems, namedOutputs, outputPorts } from './named-outputs.ts'

const outputs = namedOutputs(3)
const portsOf = (value: unknown) => outputPorts(outputs.parse(value))

describe('named outputs', () => {
  test('are read from a number, as older files have it', () => {
    expect(portsOf(1)).toEqual({ out: { kind: 'any' } })
    expect(portsOf(2)).toEqual({
      out1: { kind: 'any', title: 'Output 1' },
      out2: { kind: 'any', title: 'Output 2' },
    })
  })

  test('have the name and kind that a person gave them', () => {
    expect(portsOf([{ title: ' too cold ', kind: 'number' }, {}])).toEqual({
      out1: { kind: 'number', title: 'too cold', isNamed: true },
      out2: { kind: 'any', title: 'Output 2' },
    })
  })

  test.each([
    [[]],
    [0],
    [4],
    ['2'],
    [[{}, {}, {}, {}]],
    [[{ title: 'x'.repeat(41) }]],
    [[{ kind: 'colour' }]],
  ])('are not %j', (value) => expect(outputs.safeParse(value).success).toBe(false))

  test('have each name once', () => {
    const list = outputs.parse([{ title: 'cold' }, {}, { title: 'cold' }])
    expect(findOutputProblems(list, 'outputs')).toMatchObject([
      { code: 'OUTPUT_TWICE', field: 'outputs.2.title', values: { title: 'cold' } },
    ])
    expect(findOutputProblems(outputs.parse([{}, {}]), 'outputs')).toEqual([])
  })
})
