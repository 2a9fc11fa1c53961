import { expect, test } from 'vitest'
import { makeCatalogue } from '#flows/catalogue.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { codeIn } from './code-in-flow.ts'

const catalogue = makeCatalogue(nodeDefinitions, connectionDefinitions)
const node = (id: string, type: string, config = {}) => ({ id, type, at: [0, 0] as [number, number], config })

test('finds what somebody wrote, and nothing else', () => {
  const nodes = [
    node('a', 'function', { code: 'return 1' }),
    node('b', 'function'),
    node('c', 'debug', { code: 'no code' }),
    node('d', 'from-another-world', { code: 'return 2' }),
  ]
  expect(codeIn(nodes, catalogue).map(({ node, field, code }) => [node.id, field, code])).toEqual([
    ['a', 'code', 'return 1'],
  ])
})
