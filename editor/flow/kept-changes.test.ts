// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { FlowDocument } from '../document/flow-document.ts'
import { KeptChanges } from './kept-changes.ts'

const newDocument = () => new FlowDocument(emptyFlow('f', 'F'), { now: () => 0 })
let clock = new VirtualClock()
const keep = (document: FlowDocument, user = 'ada') => new KeptChanges(document, { user, flow: 'f', clock })
const keys = () => Object.keys(localStorage)
beforeEach(() => {
  clock = new VirtualClock()
  localStorage.clear()
})
afterEach(() => vi.unstubAllGlobals())

/** What tabs say of what is theirs. The one that asks hears it as soon as this does. */
function listen() {
  const channel = new BroadcastChannel('wirehouse.pending')
  const answers: unknown[] = []
  channel.onmessage = ({ data }) => 'mine' in data && answers.push(data)
  return { answers, [Symbol.dispose]: () => channel.close() }
}

test('what is on its way is kept until it has arrived', () => {
  const document = newDocument()
  using kept = keep(document)
  document.describe({ name: 'Mine' })
  expect([kept.isSafe, keys().length]).toEqual([true, 1])
  document.settle(document.pending.getState()[0]?.change.id ?? '')
  expect(keys()).toEqual([])
})

test('what a tab has left behind is taken up by the next one, for the same person alone', async () => {
  const before = newDocument()
  const gone = keep(before)
  before.describe({ name: 'Mine' })
  gone[Symbol.dispose]()
  const [others, own] = [newDocument(), newDocument()]
  using _others = keep(others, 'bob')
  using _own = keep(own)
  await clock.advance(300)
  expect(own.flow.name).toBe('Mine')
  expect(own.pending.getState().map(({ change }) => change)).toEqual(
    before.pending.getState().map(({ change }) => change),
  )
  expect(others.flow.name).toBe('F')
  expect(keys()).toHaveLength(1)
})

test('what another tab is still at is left to it', async () => {
  const [first, second] = [newDocument(), newDocument()]
  using _first = keep(first)
  first.describe({ name: 'Mine' })
  using heard = listen()
  using _second = keep(second)
  await vi.waitFor(() => expect(heard.answers).toHaveLength(1))
  await clock.advance(300)
  expect(second.flow.name).toBe('F')
  expect(keys()).toHaveLength(1)
})

test('what is no change is given up', async () => {
  const document = newDocument()
  localStorage.setItem('wirehouse.pending ada f x', '[{"id":"../","operations":5},7')
  localStorage.setItem('wirehouse.pending ada f y', '[{"id":"../","operations":5},7]')
  using _kept = keep(document)
  await clock.advance(300)
  expect(keys()).toEqual([])
  expect(document.pending.getState()).toEqual([])
})

test('where there is no room, the page knows', () => {
  const document = newDocument()
  using kept = keep(document)
  const setItem = () => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  vi.stubGlobal('localStorage', { setItem, removeItem: () => {} })
  document.describe({ name: 'Mine' })
  expect(kept.isSafe).toBe(false)
})
