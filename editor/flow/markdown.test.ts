import { describe, expect, it } from 'vitest'
import { parseMarkdown } from './markdown.ts'

describe('parseMarkdown', () => {
  it('reads headings, paragraphs and lists', () => {
    expect(parseMarkdown('# Title\n\nOne\ntwo.\n- a\n- b\n  more\n')).toEqual([
      { kind: 'heading', level: 1, text: [{ kind: 'text', text: 'Title' }] },
      { kind: 'paragraph', text: [{ kind: 'text', text: 'One two.' }] },
      {
        kind: 'list',
        isOrdered: false,
        items: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b more' }]],
      },
    ])
  })

  it('keeps fenced code as it is', () => {
    expect(parseMarkdown('```json\n{ "a": "**b**" }\n\n```\nafter')).toEqual([
      { kind: 'code', language: 'json', text: '{ "a": "**b**" }\n' },
      { kind: 'paragraph', text: [{ kind: 'text', text: 'after' }] },
    ])
  })

  it('reads code, strong, emphasis and links within a line', () => {
    expect(parseMarkdown('Set `qos` to **1**, *not* 0: [why](https://mqtt.org/x).')).toEqual([
      {
        kind: 'paragraph',
        text: [
          { kind: 'text', text: 'Set ' },
          { kind: 'code', text: 'qos' },
          { kind: 'text', text: ' to ' },
          { kind: 'strong', text: '1' },
          { kind: 'text', text: ', ' },
          { kind: 'emphasis', text: 'not' },
          { kind: 'text', text: ' 0: ' },
          { kind: 'link', text: 'why', href: 'https://mqtt.org/x' },
          { kind: 'text', text: '.' },
        ],
      },
    ])
  })

  it('takes HTML and links that run code as text', () => {
    expect(parseMarkdown('<b>x</b> [y](javascript:alert(1)) snake_case_name')).toEqual([
      {
        kind: 'paragraph',
        text: [{ kind: 'text', text: '<b>x</b> [y](javascript:alert(1)) snake_case_name' }],
      },
    ])
  })

  it('reads a table', () => {
    expect(parseMarkdown('| a | b |\n|---|---|\n| 1 | 2 |')).toEqual([
      {
        kind: 'table',
        head: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]],
        rows: [[[{ kind: 'text', text: '1' }], [{ kind: 'text', text: '2' }]]],
      },
    ])
  })

  it('ends with any text', () => {
    for (const text of ['```', '- ', '#', '|', '*', '   x', '1.'])
      expect(parseMarkdown(text).length).toBeLessThan(3)
  })
})
