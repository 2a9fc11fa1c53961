import { expect, test } from 'vitest'
import { createLog } from './log.ts'

function written(isTTY: boolean) {
  const lines: string[] = []
  const out = { isTTY, write: (line: string) => lines.push(line) > 0 }
  return { log: createLog('info', out), lines }
}

test('a log line is JSON with its level as a word and no secrets', () => {
  const { log, lines } = written(false)
  log.warn({ name: 'anna', password: 'hunter22', body: { token: 'wh_1' } }, 'Sign-in failed')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'warn',
    msg: 'Sign-in failed',
    name: 'anna',
    password: '(hidden)',
    body: { token: '(hidden)' },
  })
})

test('on a terminal, a line reads like a sentence', () => {
  const { log, lines } = written(true)
  log.info({ port: 1880 }, 'Listening')
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d info {2}Listening {2}port=1880\n$/)
})

test('what lies below the level is not written', () => {
  const { log, lines } = written(false)
  log.debug('nothing')
  expect(lines).toEqual([])
})
