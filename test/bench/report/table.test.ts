import { expect, test } from 'vitest'
import { Results } from './results.ts'
import { formatTable } from './table.ts'

function measured(): Results {
  const results = new Results()
  for (const value of [1_000, 3_000, 2_000]) results.recorder('Ours', 'Load')('messages/s', value)
  for (const value of [500, 1_000, 1_000]) results.recorder('Theirs', 'Load')('messages/s', value)
  results.recorder('Ours', 'Start')('ms', 12.34)
  return results
}

test('prints medians with the range of the rounds, and the ratio', () => {
  expect(formatTable(measured().measures, ['Ours', 'Theirs']).split('\n')).toEqual([
    `${' '.repeat(38)}${'Ours'.padEnd(32)}${'Theirs'.padEnd(32)}ratio`,
    '',
    'Load',
    `${'  messages/s'.padEnd(38)}${'2,000  (1,000 – 3,000)'.padEnd(32)}${'1,000  (500 – 1,000)'.padEnd(32)}2.00 ×`,
    '',
    'Start',
    `${'  ms'.padEnd(38)}${'12.3'.padEnd(32)}${'–'.padEnd(32)}–`,
  ])
})

test('prints no ratio of one alone', () => {
  expect(formatTable(measured().measures, ['Ours'])).not.toContain('ratio')
})
