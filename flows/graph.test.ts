import { expect, test } from 'vitest'
import { emptyFlow, type Wire } from './flow.ts'
import { ownWires, type Sends } from './graph.ts'

const kinds: Readonly<Record<string, Sends>> = { makes: 'own', reads: 'as given', pass: 'shared' }

/** The own ones among these wires; a node is what its name begins with. */
const ownOf = (...wires: readonly string[]): readonly string[] => {
  const drawn = wires.map((wire): Wire => {
    const [from = '', to = ''] = wire.split(' ')
    return [from.includes('.') ? from : `${from}.out`, `${to}.in`]
  })
  const own = ownWires(
    { ...emptyFlow('f', 'F'), wires: drawn },
    (id) => kinds[id.replace(/\d/, '')] ?? 'shared',
  )
  return wires.filter((_, index) => drawn[index] && own.has(drawn[index]))
}

test.each([
  ['the only wire of who makes its messages', ['makes pass'], ['makes pass']],
  ['none of several', ['makes pass1', 'makes pass2'], []],
  ['none of who passes on what others hold', ['makes pass', 'pass end'], ['makes pass']],
  ['not that of an error port', ['makes.error pass'], []],
  ['that behind who passes on what was its own', ['makes reads', 'reads end'], ['makes reads', 'reads end']],
  [
    'a chain of them',
    ['reads1 reads2', 'reads2 end', 'makes reads1'],
    ['reads1 reads2', 'reads2 end', 'makes reads1'],
  ],
  [
    'not that behind who is given what others hold as well',
    ['makes reads', 'pass reads', 'reads end'],
    ['makes reads'],
  ],
  [
    'that behind who has it from several',
    ['makes1 reads', 'makes2 reads', 'reads end'],
    ['makes1 reads', 'makes2 reads', 'reads end'],
  ],
  ['none of a loop that nothing of its own enters', ['reads1 reads2', 'reads2 reads1'], []],
  ['not that of who is given nothing', ['reads end'], []],
] as const)('own is %s', (_, wires, own) => {
  expect(ownOf(...wires)).toEqual(own)
})
