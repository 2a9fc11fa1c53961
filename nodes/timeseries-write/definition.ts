import * as z from 'zod'
import { type ConfigProblem, defineNode } from '#kit/define-node.ts'
import { port } from '#kit/kinds.ts'
import { type Sentence, sentenceOf } from '#kit/sentence.ts'
import { checkTemplate, compileTemplate } from '#kit/template.ts'

/** Keys of series: what topics are made of. Safe in an address, a file name and a chart's legend. */
export const seriesKeyPattern = /^(?![ .])[\p{L}\p{N}_./: -]{1,200}(?<![ .])$/u

export const timeseriesWrite = defineNode({
  type: 'timeseries-write',
  version: 1,
  group: 'storage',
  icon: 'chart-line',
  title: 'Write series',
  summary: 'Keeps a number with its time, to look at later as a chart.',
  keywords: ['database', 'store', 'history', 'chart', 'record', 'log', 'save'],
  config: () =>
    z.object({
      series: z.string().trim().default('{{ topic }}').meta({
        title: 'Series',
        description: 'Its name: letters, digits and _ - . / : in between.',
        placeholder: 'kitchen/scale',
        control: 'template',
      }),
      unit: z.string().trim().max(20).default('').meta({ title: 'Unit', placeholder: '°C' }),
      property: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .default('payload')
        .meta({ title: 'Value', description: 'The property that holds the number.', control: 'property' }),
    }),
  acts: true,
  chain: { isEffect: true, mayLose: () => writtenBehind },
  inputs: { in: port.any() },
  outputs: { out: port.any() },
  caption: ({ series }) => series,
  check: ({ series }) => checkSeries(series),
})

const writtenBehind: Sentence = {
  code: 'CHAIN_SERIES',
  message: 'Series are written together, to spare the card: a power cut may cost the last 10 seconds.',
}

function checkSeries(series: string): readonly ConfigProblem[] {
  const error = checkTemplate(series)
  if (error) return [{ ...sentenceOf(error), field: 'series' }]
  if (seriesKeyPattern.test(compileTemplate(series).literals.join('x'))) return []
  return [{ ...wrongSeriesKey(series), field: 'series' }]
}

export function wrongSeriesKey(key: string): Sentence {
  if (key === '')
    return {
      code: 'SERIES_KEY_MISSING',
      message: 'The series has no name. Write one such as kitchen/scale.',
    }
  const shown = key.slice(0, 200)
  return {
    code: 'SERIES_KEY',
    message: `"${shown}" cannot name a series. Take up to 200 letters, digits, spaces and _ - . / : with neither a point nor a space at the ends.`,
    values: { key: shown },
  }
}
