import { expect, test } from 'vitest'
import { emptyFlow, type Flow, type FlowNode, type Subflow } from '#flows/flow.ts'
import { placesOf, stepsOf } from './subflow-places.ts'

const place = (id: string, subflow: string, more: Partial<FlowNode> = {}): FlowNode => ({
  ...{ id, type: 'subflow', at: [0, 0], config: { subflow } },
  ...more,
})
const subflow = (id: string, ...nodes: FlowNode[]): Subflow => ({
  ...{ id, name: id, description: '', wires: [], groups: [], nodes },
})
const flowOf = (nodes: FlowNode[], ...subflows: Subflow[]): Flow => ({
  ...emptyFlow('f', 'F'),
  nodes,
  subflows,
})

test('each place where a subflow stands is found, in the order of the file', () => {
  const flow = flowOf(
    [place('room', 'room'), place('hall', 'lamp'), place('porch', 'lamp')],
    subflow('lamp'),
    subflow('room', place('left', 'lamp'), place('right', 'lamp')),
  )
  expect(placesOf(flow, 'lamp')).toEqual([['room', 'left'], ['room', 'right'], ['hall'], ['porch']])
  expect(placesOf(flow, 'room')).toEqual([['room']])
  expect(placesOf(flow, 'gone')).toEqual([])
})

test('what is disabled, or stands in something that is, does not run', () => {
  const off = { disabled: true }
  const flow = flowOf(
    [place('room', 'room', off), place('hall', 'lamp', off), place('porch', 'lamp')],
    subflow('lamp'),
    subflow('room', place('left', 'lamp')),
  )
  expect(placesOf(flow, 'lamp')).toEqual([['porch']])
})

test('a subflow that contains itself, and one that stands in too many places, come to an end', () => {
  expect(placesOf(flowOf([place('a', 'loop')], subflow('loop', place('b', 'loop'))), 'loop')).toEqual([['a']])
  const levels = Array.from({ length: 20 }, (_, at) =>
    subflow(`s${at}`, ...Array.from({ length: 4 }, (_, index) => place(`n${index}`, `s${at + 1}`))),
  )
  const wide = flowOf([place('a', 's0')], ...levels, subflow('s20'))
  expect(placesOf(wide, 's20')).toHaveLength(100)
})

test('a path is followed as far as it leads', () => {
  const lamp = place('left', 'lamp')
  const flow = flowOf([place('room', 'room')], subflow('lamp'), subflow('room', lamp))
  expect(
    stepsOf(flow, ['room', 'left', 'gone']).map(({ node, subflow: into }) => [node?.id, into?.id]),
  ).toEqual([
    ['room', 'room'],
    ['left', 'lamp'],
    [undefined, undefined],
  ])
})
