import * as z from 'zod'
import type { ConfigProblem } from './define-node.ts'
import { kindOptions } from './kind-words.ts'
import { kinds, type PortMap, port } from './kinds.ts'

const namedOutput = z.object({
  title: z.string().trim().max(40).default('').meta({ title: 'Name' }),
  kind: z.enum(kinds).default('any').meta({ title: 'Carries', options: kindOptions }),
})

/** The outputs of a node as a person names and orders them; a bare number stands for so many without a name. */
export const namedOutputs = (most: number) =>
  z.union([z.array(namedOutput).min(1).max(most), z.number().int().min(1).max(most)])

type NamedOutputs = z.output<ReturnType<typeof namedOutputs>>
type NamedOutput = z.output<typeof namedOutput>

/** Both forms as a list. */
export const outputList = (outputs: NamedOutputs): readonly NamedOutput[] =>
  typeof outputs === 'number'
    ? Array.from({ length: outputs }, (): NamedOutput => ({ title: '', kind: 'any' }))
    : outputs

/** By their place: `out` alone, or `out1`, `out2` … */
export function outputPorts(outputs: NamedOutputs): PortMap {
  const list = outputList(outputs)
  return Object.fromEntries(
    list.map(({ title, kind }, index) => [
      list.length === 1 ? 'out' : `out${index + 1}`,
      port[kind](title !== '' ? { title, isNamed: true } : titleAt(index, list.length)),
    ]),
  )
}

const titleAt = (index: number, count: number) => (count === 1 ? {} : { title: `Output ${index + 1}` })

/** Code calls outputs by their names: each may stand once. */
export function findOutputProblems(outputs: NamedOutputs, field: string): readonly ConfigProblem[] {
  const titles = outputList(outputs).map(({ title }) => title)
  return titles.flatMap((title, index) =>
    title === '' || titles.indexOf(title) === index
      ? []
      : [
          {
            code: 'OUTPUT_TWICE',
            message: `Two outputs are called "${title}". Give each a name of its own.`,
            values: { title },
            field: `${field}.${index}.title`,
          },
        ],
  )
}
