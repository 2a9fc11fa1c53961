import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { expect, it } from 'vitest'
import { completeFunctionApi } from './function-completion.ts'

/** What is offered at the end of a text, and from where. */
function offered(text: string, isAsked = false) {
  const state = EditorState.create({ doc: text })
  const result = completeFunctionApi(new CompletionContext(state, text.length, isAsked))
  return result && { from: result.from, labels: result.options.map(({ label }) => label) }
}

it('offers the names of the API while a word is typed', () => {
  expect(offered('const a = me')).toEqual({ from: 10, labels: expect.arrayContaining(['message', 'clock']) })
})

it('offers what a name consists of', () => {
  expect(offered('clock.')).toEqual({ from: 6, labels: ['now', 'after', 'every', 'sleep'] })
  expect(offered('return state.ge')).toEqual({ from: 13, labels: ['get', 'set'] })
})

it('offers nothing where nobody asks, nor on what is no part of the API', () => {
  expect(offered('a = ')).toBeNull()
  expect(offered('other.me')).toBeNull()
  expect(offered('message.clock.')).toBeNull()
  expect(offered('a = ', true)?.labels).toContain('emit')
})
