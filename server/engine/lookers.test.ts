import { expect, test } from 'vitest'
import { Lookers } from './lookers.ts'
import type { FlowObserver } from './observer.ts'

function rig() {
  let current: FlowObserver | undefined
  const lookers = new Lookers((_flow, observer) => {
    current = observer
  })
  return { lookers, current: () => current }
}
const message = { id: 'm', payload: 1 }

test('each sees what it wants to see', () => {
  const { lookers, current } = rig()
  const seen: string[] = []
  lookers.look('f', {}, { wire: () => () => void seen.push('wire') })
  lookers.look('f', {}, { portPassed: (node) => void seen.push(node) })
  current()?.wire?.('a.out b.in', { kind: 'any' }, false)?.(message)
  current()?.portPassed?.('b', 'in', message)
  expect(seen).toEqual(['wire', 'b'])
  expect([current()?.nodeFailed, current()?.isBrief]).toEqual([undefined, undefined])
})

test('one that goes leaves the others alone, and the last one nobody', () => {
  const { lookers, current } = rig()
  const [one, other] = [{}, {}]
  const observer: FlowObserver = { portPassed() {} }
  lookers.look('f', one, observer)
  lookers.look('f', other, {})
  lookers.look('f', other, undefined)
  expect(current()).toBe(observer)
  lookers.look('f', one, undefined)
  expect(current()).toBe(undefined)
})
