import { expect, test } from 'vitest'
import { Results } from './results.ts'
import { verdictOf } from './targets.ts'

function verdict(group: string, name: string, ours: number, theirs: number): string {
  const results = new Results()
  results.recorder('Ours', group)(name, ours)
  results.recorder('Theirs', group)(name, theirs)
  const [measure] = results.measures
  return measure ? verdictOf(measure, 'Ours', 'Theirs') : 'nothing measured'
}

test('says whether what is promised is kept', () => {
  expect(verdict('QoS 0, 10 connections', 'messages/s', 240, 20)).toBe('≥ 12 ×  yes')
  expect(verdict('QoS 1, 10 connections', 'messages/s', 240, 20)).toBe('≥ 15 ×  NO')
  expect(verdict('QoS 0, 10,000 messages a second', 'p99, ms', 1, 5)).toBe('≤ 1/6 ×  NO')
  expect(verdict('One flow', 'memory idle, MB', 99, 10)).toBe('≤ 100  yes')
})

test('says nothing where nothing is promised, or the difference of two noises came out below nothing', () => {
  expect(verdict('One flow', 'p50, ms', 1, 1)).toBe('')
  expect(verdict('A hop, µs', 'change, 1 KB', -1, 4)).toBe('')
})
