import { describe, expect, test } from 'vitest'
import { emptyFlow, type Flow } from '#flows/flow.ts'
import { nextWire, walk } from './walk.ts'

const node = (id: string, x: number, y: number) =>
  ({ id, type: 'debug', at: [x, y], config: {} }) satisfies object
const flow = {
  ...emptyFlow('f', 'F'),
  nodes: [node('bell', 0, 0), node('quiet', 200, 0), node('phone', 400, 0), node('mail', 400, 100)],
  wires: [
    ['bell.out', 'quiet.in'],
    ['quiet.out', 'phone.in'],
    ['quiet.out', 'mail.in'],
  ],
} as Flow
const selected = (nodes: string[], wires: string[] = []) => ({
  nodes: new Set(nodes),
  wires: new Set(wires),
  notes: new Set<string>(),
  groups: new Set<string>(),
})

describe('walking', () => {
  test.each([
    ['nowhere', selected([]), 'right', 'bell'],
    ['along a wire', selected(['bell']), 'right', 'quiet'],
    ['back along a wire', selected(['phone']), 'left', 'quiet'],
    ['to what stands below', selected(['phone']), 'down', 'mail'],
    ['to what stands above', selected(['mail']), 'up', 'phone'],
    ['on from the last of several', selected(['bell', 'quiet']), 'right', 'phone'],
    ['from a wire to its end', selected([], ['quiet.out mail.in']), 'right', 'mail'],
    ['from a wire to its start', selected([], ['quiet.out mail.in']), 'left', 'quiet'],
    ['nowhere at the end', selected(['phone']), 'right', undefined],
  ] as const)('goes %s', (_where, from, direction, to) => {
    expect(walk(flow, from, direction)).toBe(to)
  })
})

describe('wires by key', () => {
  test('go around those that leave a node', () => {
    const first = nextWire(flow, selected(['quiet']), 'leaving')
    const second = nextWire(flow, selected([], [first ?? '']), 'leaving')
    const third = nextWire(flow, selected([], [second ?? '']), 'leaving')
    expect([first, second, third]).toEqual(['quiet.out phone.in', 'quiet.out mail.in', 'quiet.out phone.in'])
  })
  test('find those that arrive', () => {
    expect(nextWire(flow, selected(['quiet']), 'arriving')).toBe('bell.out quiet.in')
  })
  test('begin with the first of all, and end where there is none', () => {
    expect(nextWire(flow, selected([]), 'leaving')).toBe('bell.out quiet.in')
    expect(nextWire(flow, selected(['phone']), 'leaving')).toBe(undefined)
  })
})
