import { expect, test } from 'vitest'
import { readApiError } from './api-error.ts'

test('reads code, sentence and problems of an answer', async () => {
  const problem = { code: 'FLOW_SHAPE', level: 'error', message: 'name: missing' }
  const body = JSON.stringify({
    code: 'FLOW_INVALID',
    message: 'It cannot run.',
    problems: [problem, 'junk'],
  })
  const error = await readApiError(new Response(body, { status: 422 }))
  expect(error).toMatchObject({
    status: 422,
    code: 'FLOW_INVALID',
    message: 'It cannot run.',
    problems: [problem],
  })
})

test('gives an answer that is not ours a code of its own', async () => {
  const error = await readApiError(new Response('<h1>Bad gateway</h1>', { status: 502 }))
  expect(error).toMatchObject({ status: 502, code: 'ANSWER_UNKNOWN', problems: [] })
  expect(error.message).not.toContain('<h1>')
})
