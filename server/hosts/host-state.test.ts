import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import type { Channel } from './channel.ts'
import { HostState } from './host-state.ts'
import { JournalReader } from './journal/journal-reader.ts'
import { READ_NOW, records } from './protocol.ts'
import { createRing } from './ring/ring-memory.ts'

function hostState(capacity = 1_024) {
  const journal = createRing(capacity)
  const sent: { readonly kind: number; readonly flags: number; readonly a: number; readonly text: string }[] =
    []
  const problems: string[] = []
  const channel = {
    send: (kind: number, flags: number, a: number, _b: number, topic = '', payload = '') =>
      void sent.push({ kind, flags, a, text: `${topic} ${payload}` }),
  }
  const state = new HostState({
    channel: channel as unknown as Channel,
    journal,
    touched: () => {},
    clock: new VirtualClock(),
    askCore: async () => {},
    onProblem: (_flow, _node, { code }) => void problems.push(code),
  })
  const told: unknown[] = []
  const reader = new JournalReader(journal, (...change) => void told.push(change))
  return { state, sent, problems, told, reader }
}

test('a turn says once up to where its changes stand', () => {
  const { state, sent, told, reader } = hostState()
  const often = state.keyOf('f', 'n', 'a')
  often.change(1)
  often.change([2])
  state.changed('f', 'm', 'b', undefined)
  state.flushTurn()
  state.flushTurn()
  expect(sent.map(({ kind, flags }) => [kind, flags])).toEqual([[records.journal, 0]])
  reader.read(sent[0]?.a ?? 0)
  expect(told).toEqual([
    ['f', 'n', 'a', [2]],
    ['f', 'm', 'b', undefined],
  ])
})

test('what finds no room goes to the core by itself, behind what does', () => {
  const { state, sent } = hostState()
  const large = 'x'.repeat(500)
  state.changed('f', 'n', 'a', 1)
  state.changed('f', 'n', 'large', large)
  state.changed('f', 'n', 'b', 2)
  state.changed('f', 'n', 'gone "', undefined)
  state.flushTurn()
  expect(sent.map(({ kind }) => kind)).toEqual([records.journal, records.state, records.journal])
  expect(sent[1]?.text).toBe(`f/n ["large","${large}"]`)
})

test('wants to be read before it is full', () => {
  const { state, sent } = hostState()
  const often = state.keyOf('f', 'n', 'a')
  for (let count = 0; count < 100; count++) {
    often.change(count)
    state.flushTurn()
  }
  const flags = sent.filter(({ kind }) => kind === records.journal).map((one) => one.flags)
  expect(flags.indexOf(READ_NOW)).toBeGreaterThan(20)
  expect(sent.at(-1)).toMatchObject({ kind: records.state, text: 'f/n ["a",99]' })
})

test('what is no JSON value is said, and keeps nothing else back', () => {
  const { state, sent, problems, told, reader } = hostState()
  state.changed('f', 'n', 'bad', 1n)
  state.changed('f', 'n', 'function', () => {})
  state.flushTurn()
  reader.read(sent[0]?.a ?? 0)
  expect([problems, told]).toEqual([['STATE_NOT_JSON'], [['f', 'n', 'function', null]]])
})
