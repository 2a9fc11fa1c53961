// biome-ignore-all lint/suspicious/noTemplateCurlyInString: so a value of a subflow is named in a text
import { describe, expect, it } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { expandSubflows } from '#flows/expand-subflows.ts'
import { hasErrors, lintFlow } from '#flows/lint-flow.ts'
import { withSubflows } from '#flows/subflow-catalogue.ts'
import { nodeDefinitions } from '#nodes/definitions.ts'
import type { FlowDocument } from '../flow-document.ts'
import { copyFragment } from '../fragment.ts'
import { noWires, shapeNode } from '../node-shape.ts'
import { readFragment } from '../read-fragment.ts'
import { asOneStep, node, open } from './rig.ts'
import {
  addSubflow,
  canMakeSubflow,
  enterSubflow,
  leaveSubflow,
  leaveTo,
  makeSubflow,
  removeUnusedSubflows,
  scopeAt,
  setValue,
  unpackSubflow,
  unusedSubflows,
} from './subflows.ts'

const catalogue = makeCatalogue(nodeDefinitions, [])
const shapesOf = (document: FlowDocument) => (id: string) => {
  const found = document.node(id)
  return found && shapeNode(withSubflows(catalogue, document.flow), found, noWires)
}
const make = (document: FlowDocument, ...nodes: string[]) => {
  document.select({ nodes })
  return asOneStep(document, () => makeSubflow(document, { name: 'Quiet', shapeOf: shapesOf(document) }))
}
const wiresOf = (document: FlowDocument) => document.drawing.wires.map((wire) => wire.join(' '))

const house = () =>
  open({
    nodes: [
      node('bell'),
      node('x', [240, 0]),
      node('y', [480, 0]),
      node('light', [720, 0]),
      node('log', [720, 96]),
    ],
    wires: [
      ['bell.out', 'x.in'],
      ['x.out', 'y.in'],
      ['y.out', 'light.in'],
      ['y.out', 'log.in'],
    ],
  })

describe('making a subflow', () => {
  it('puts what is selected into it, with a port for each end that is wired outside', () => {
    const document = house()
    expect(make(document, 'x', 'y')).toBe('subflow')
    expect(wiresOf(document)).toEqual(['bell.out subflow.in', 'subflow.out light.in', 'subflow.out log.in'])
    expect(document.flow.subflows).toMatchObject([
      {
        name: 'Quiet',
        nodes: [{ id: 'x' }, { id: 'y' }, { id: 'in', at: [0, 0] }, { id: 'out', at: [720, 0] }],
        wires: [
          ['x.out', 'y.in'],
          ['in.out', 'x.in'],
          ['y.out', 'out.in'],
        ],
      },
    ])
  })

  it('runs as before', () => {
    const document = house()
    make(document, 'x', 'y')
    expect(hasErrors(lintFlow(document.flow, catalogue, []))).toBe(false)
    const { nodes, wires } = expandSubflows(document.flow, catalogue)
    expect(nodes.map(({ id }) => id)).toContain('subflow/x')
    expect(wires.map((wire) => wire.join(' '))).toContain('subflow/x.out subflow/y.in')
  })

  it('names several ports after what they lead to, and gives them their kinds', () => {
    const document = open({
      nodes: [
        node('a'),
        node('b'),
        node('s', [240, 0], { type: 'timeseries-write', name: 'Scale' }),
        node('t', [240, 0], { type: 'template', name: 'Words' }),
        node('p', [480, 0]),
      ],
      wires: [
        ['a.out', 's.in'],
        ['b.out', 't.in'],
        ['t.out', 'p.in'],
      ],
    })
    make(document, 's', 't')
    expect(document.flow.subflows?.[0]?.nodes.slice(2)).toMatchObject([
      { id: 'in', name: 'Scale', at: [0, 0] },
      { id: 'in-2', name: 'Words', at: [0, 80] },
      { id: 'out', config: { kind: 'text' } },
    ])
  })

  it('takes notes and whole groups along, and stands in the group that it was made in', () => {
    const document = open({
      nodes: [
        node('x', [0, 0], { group: 'g' }),
        node('y', [0, 80], { group: 'g' }),
        node('z', [0, 160], { group: 'h' }),
      ],
      groups: [
        { id: 'g', name: '' },
        { id: 'h', name: '' },
      ],
    })
    make(document, 'x')
    expect(document.node('subflow')?.group).toBe('g')
    expect(document.flow.subflows?.[0]?.nodes).toEqual([node('x', [0, 0])])
    document.select({ groups: ['h'] })
    makeSubflow(document, { name: 'Other', shapeOf: shapesOf(document) })
    expect(document.flow.subflows?.[1]?.groups).toEqual([{ id: 'h', name: '' }])
  })

  it('leads tests to where their nodes are now', () => {
    const document = open({
      nodes: [node('x'), node('sink')],
      tests: [
        {
          name: 'works',
          send: [{ to: 'x.in', at: 0, payload: 1 }],
          expect: [{ at: 'sink', payloads: [1] }],
          within: 1,
        },
      ],
    })
    make(document, 'x')
    expect(document.flow.tests[0]).toMatchObject({ send: [{ to: 'subflow/x.in' }], expect: [{ at: 'sink' }] })
  })

  it('does nothing with nothing, or with the ports of the one that is open', () => {
    const document = open({})
    addSubflow(document, 'S', [0, 0])
    document.select({})
    expect(canMakeSubflow(document)).toBe(false)
    enterSubflow(document, 'subflow')
    document.select({ nodes: ['in'] })
    expect(canMakeSubflow(document)).toBe(false)
    expect(makeSubflow(document, { name: 'S', shapeOf: shapesOf(document) })).toBeUndefined()
  })
})

describe('going into a subflow', () => {
  it('opens what a node stands for, and goes back to that node', () => {
    const document = open({})
    const outer = asOneStep(document, () => addSubflow(document, 'Outer', [0, 0]))
    expect(enterSubflow(document, outer)).toBe(true)
    const inner = addSubflow(document, 'Inner', [80, 0])
    enterSubflow(document, inner)
    expect([document.scope, document.through]).toEqual(['subflow-2', ['subflow', 'subflow']])
    expect(scopeAt(document, ['subflow'])).toBe('subflow')
    leaveSubflow(document)
    expect([document.scope, [...document.selection.nodes]]).toEqual(['subflow', ['subflow']])
    leaveTo(document, 0)
    expect([document.scope, document.through]).toEqual([undefined, []])
  })

  it('changes what is open, wherever it stands', () => {
    const document = open({})
    enterSubflow(document, addSubflow(document, 'S', [0, 0]))
    asOneStep(document, () => document.addNode({ type: 'delay', version: 1, at: [0, 0] }))
    expect(document.flow.subflows?.[0]?.nodes.map(({ id }) => id)).toEqual(['in', 'out', 'delay'])
    expect(document.flow.nodes).toHaveLength(1)
  })

  it('goes nowhere by a node that stands for nothing', () => {
    const document = open({ nodes: [node('a')] })
    expect(enterSubflow(document, 'a')).toBe(false)
    leaveSubflow(document)
    expect(document.scope).toBeUndefined()
  })
})

describe('unpacking a subflow', () => {
  it('puts everything back as it was', () => {
    const document = house()
    const before = wiresOf(document)
    make(document, 'x', 'y')
    asOneStep(document, () => unpackSubflow(document, 'subflow', catalogue))
    expect([...wiresOf(document)].sort()).toEqual([...before].sort())
    expect(document.node('x')?.at).toEqual([240, 0])
  })

  it('fills in the values that it had there', () => {
    const document = open({
      nodes: [node('p', [0, 0], { type: 'subflow', config: { subflow: 's', values: { room: 'attic' } } })],
      subflows: [
        {
          ...{ id: 's', name: 'S', description: '', groups: [], wires: [], env: { room: 'hall' } },
          nodes: [node('x', [0, 0], { type: 'mqtt-in', config: { topic: 'home/${room}' } })],
        },
      ],
    })
    asOneStep(document, () => unpackSubflow(document, 'p', catalogue))
    expect(document.node('x')?.config).toEqual({ topic: 'home/attic' })
  })
})

describe('values and what is not used', () => {
  it('sets a value for one place, and gives back its standard', () => {
    const document = open({})
    addSubflow(document, 'S', [0, 0])
    asOneStep(document, () => setValue(document, 'subflow', 'room', 'attic'))
    expect(document.node('subflow')?.config).toEqual({ subflow: 'subflow', values: { room: 'attic' } })
    setValue(document, 'subflow', 'room', undefined)
    expect(document.node('subflow')?.config).toEqual({ subflow: 'subflow' })
  })

  it('removes what nobody stands for', () => {
    const document = open({})
    addSubflow(document, 'Used', [0, 0])
    addSubflow(document, 'Unused', [0, 80])
    document.remove({ nodes: ['subflow-2'] })
    expect(unusedSubflows(document).map(({ name }) => name)).toEqual(['Unused'])
    asOneStep(document, () => removeUnusedSubflows(document))
    expect(document.flow.subflows?.map(({ name }) => name)).toEqual(['Used'])
  })
})

describe('copying what stands for a subflow', () => {
  const paste = (document: FlowDocument, text: string) => {
    const fragment = readFragment(text)
    if (!fragment.ok) throw new Error('not a fragment')
    return asOneStep(document, () => document.paste(fragment.value, [400, 400]))
  }
  const copied = (document: FlowDocument) => copyFragment(document, { nodes: new Set(['subflow']) })

  it('brings the subflow along to another flow', () => {
    const document = house()
    make(document, 'x', 'y')
    const other = open({ nodes: [node('a')] })
    paste(other, copied(document))
    expect(other.flow.subflows).toEqual(document.flow.subflows)
  })

  it('brings nothing where the same stands already, and another one where a different one does', () => {
    const document = house()
    make(document, 'x', 'y')
    const text = copied(document)
    paste(document, text)
    expect(document.flow.subflows).toHaveLength(1)
    const other = open({})
    addSubflow(other, 'Different', [0, 0])
    const [id] = paste(other, text)
    expect(other.flow.subflows?.map(({ name }) => name)).toEqual(['Different', 'Quiet'])
    expect(other.node(id ?? '')?.config['subflow']).toBe('subflow-2')
  })
})
