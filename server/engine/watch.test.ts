import { expect, test } from 'vitest'
import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { drawing, flowNode, nodeType, smallHouse } from '#rig/small-house.ts'
import type { Watch } from './watch.ts'

const common = { version: 1, group: 'logic', icon: 'box', title: 'T', summary: 'S.' } as const

/** Notes who is at work, and what is done meanwhile. */
function rig() {
  const names = ['nobody']
  const notes: string[] = []
  const watch: Watch = {
    register: (flow, node) => names.push(`${flow}/${node}`) - 1,
    at: (worker) => void notes.push(names[worker] ?? '?'),
  }
  const code = implementNode(
    defineNode({
      ...{ ...common, type: 'code', config: z.object({}), writesMessages: true },
      inputs: { in: port.any() },
      outputs: { out: port.any() },
    }),
    ({ emit, clock, work }) => ({
      in(message) {
        const settlement = emit('out', message)
        notes.push('after emit')
        return settlement
      },
      poke() {
        clock.after(10, () => void notes.push('timer'))
        work(() => notes.push('work'))
      },
    }),
  )
  const house = smallHouse([code, nodeType('pass', (message, emit) => emit(message))], { watch })
  return { ...house, notes }
}

test('is told who is at work: each input, and user code again when what it sent has come back', async () => {
  const { engine, notes } = rig()
  await engine.deploy(drawing([flowNode('c', 'code'), flowNode('p', 'pass')], 'c p'))
  notes.length = 0
  await engine.poke('f', 'c', 'in', {})
  expect(notes).toEqual(['f/c', 'f/c', 'f/p', 'f/c', 'after emit', 'nobody'])
})

test('is told of timers and continuations, and when they are over', async () => {
  const { engine, clock, notes } = rig()
  await engine.deploy(drawing([flowNode('c', 'code')]))
  notes.length = 0
  await engine.poke('f', 'c', undefined, {})
  await clock.advance(10)
  expect(notes).toEqual([...['f/c', 'f/c', 'work', 'nobody', 'nobody'], ...['f/c', 'timer', 'nobody']])
})

test('is told that nobody is at work after a queued wire', async () => {
  const { engine, clock, notes } = rig()
  await engine.deploy(drawing([flowNode('p', 'pass'), flowNode('q', 'pass')], 'p q', 'q p'))
  notes.length = 0
  void engine.poke('f', 'p', 'in', {}).catch(() => {})
  await clock.advance(0)
  expect(notes.slice(0, 8)).toEqual(['f/p', 'f/p', 'f/q', 'nobody', 'f/p', 'f/q', 'nobody', 'f/p'])
})

test('is told of the set-up', async () => {
  const { engine, notes } = rig()
  await engine.deploy(drawing([flowNode('c', 'code')]))
  expect(notes).toEqual(['f/c', 'nobody', 'f/c', 'nobody'])
})
