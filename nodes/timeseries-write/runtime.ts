import { compileProperty, type Message } from '#kit/message.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nodeTemplate } from '#kit/runtime/node-template.ts'
import type { Sentence } from '#kit/sentence.ts'
import { seriesKeyPattern, timeseriesWrite, wrongSeriesKey } from './definition.ts'

export const timeseriesWriteRuntime = implementNode(
  timeseriesWrite,
  ({ config, clock, services, emit, status }) => {
    const renderSeries = nodeTemplate(config.series, 'series')
    const read = compileProperty(config.property)

    const seriesOf = (message: Message): string => {
      const key = renderSeries(message, { now: clock.now() })
      if (seriesKeyPattern.test(key)) return key
      throw NodeError.of(wrongSeriesKey(key), { field: 'series' })
    }

    return {
      in(message) {
        const value = numberOf(read(message), config.property)
        services.timeSeries.write({
          series: seriesOf(message),
          value,
          at: timeOf(message['time']) ?? clock.now(),
          ...(config.unit !== '' && { unit: config.unit }),
        })
        status('ok', `${value} ${config.unit}`.trim())
        return emit('out', message)
      },
    }
  },
)

/** A number, a text that is one, or 1 and 0 for true and false. */
function numberOf(value: unknown, property: string): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = typeof value === 'string' && decimal.test(value.trim()) ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  const found = describe(value)
  throw new NodeError(
    'SERIES_VALUE',
    `${property} is ${found.message}, and a series keeps numbers. Choose another property, or put a Function node in front.`,
    { field: 'property', values: { property, found } },
  )
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function describe(value: unknown): Sentence {
  if (value === undefined || value === null) return { code: 'SERIES_FOUND_NOTHING', message: 'missing' }
  if (typeof value !== 'string') return { code: 'SERIES_FOUND_OTHER', message: 'no number' }
  const text = value.slice(0, 50)
  return { code: 'SERIES_FOUND_TEXT', message: `the text "${text}"`, values: { text } }
}

/** Milliseconds since 1970, as far as a date reaches (ECMA-262, 21.4.1.1). */
function timeOf(time: unknown): number | undefined {
  if (typeof time !== 'number') return undefined
  if (time >= 0 && time <= 8.64e15) return Math.round(time)
  throw new NodeError(
    'SERIES_TIME',
    `message.time is ${time}, and no time in milliseconds since 1970. Correct it or take it out in front.`,
    { values: { time } },
  )
}
