import { expect, it } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import type { FlowObserver } from '#server/engine/observer.ts'
import { FlowRecorders } from './flow-recorders.ts'

const WIRE = 'bell.out quiet.in'
const port = { kind: 'any' } as const

function rig() {
  const clock = new VirtualClock()
  let observer: FlowObserver | undefined
  const recorders = new FlowRecorders({
    clock,
    now: () => 5,
    observe: (_flow, _name, given) => {
      observer = given
    },
  })
  const pass = (payload: unknown, wire = WIRE) =>
    observer?.wire?.(wire, port, false)?.({ id: 'm', topic: 't', payload })
  return { clock, recorders, pass, isObserved: () => observer !== undefined }
}

it('writes down what goes over its wires, and nothing of others', () => {
  const { recorders, pass } = rig()
  recorders.take('f', [WIRE])
  pass(new Uint8Array([1]))
  pass('other', 'bell.out show.in')
  const { lines, leftOut } = recorders.take('f', [WIRE])
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { at: 5, to: 'quiet.in', topic: 't', payload: { '~': 'bytes', is: 'AQ==' } },
  ])
  expect([leftOut, recorders.take('f', [WIRE]).lines]).toEqual([0, []])
})

it('counts what is too large, or cannot be written down', () => {
  const { recorders, pass } = rig()
  recorders.take('f', [WIRE])
  pass('x'.repeat(300_000))
  pass(() => 1)
  expect(recorders.end('f')).toEqual({ lines: [], leftOut: 2 })
})

it('keeps no more than fits until somebody fetches it', () => {
  const { recorders, pass } = rig()
  recorders.take('f', [WIRE])
  for (let count = 0; count < 10_010; count++) pass(count)
  const { lines, leftOut } = recorders.take('f', [WIRE])
  expect([lines.length, leftOut]).toEqual([10_000, 10])
})

it('ends when nobody fetches any more', async () => {
  const { clock, recorders, isObserved } = rig()
  recorders.take('f', [WIRE])
  await clock.advance(9_000)
  recorders.take('f', [WIRE])
  await clock.advance(9_000)
  expect(isObserved()).toBe(true)
  await clock.advance(1_000)
  expect([isObserved(), clock.planned]).toEqual([false, 0])
})
