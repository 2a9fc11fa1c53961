import * as z from 'zod'
import { defineNode } from '#kit/define-node.ts'
import { type PortMap, port } from '#kit/kinds.ts'
import { findOutputProblems, namedOutputs, outputPorts } from '#kit/named-outputs.ts'
import type { Sentence } from '#kit/sentence.ts'

/** What it plans for later is done apart from the message that it had; `clock.sleep` holds the message. */
const hasTimers = /\bclock\s*\.\s*(after|every)\b/

const timersInMemory: Sentence = {
  code: 'CHAIN_TIMERS',
  message:
    'Its timers (clock.after, clock.every) are in memory alone. Wait with "await clock.sleep", or put a Delay node behind it.',
}

const converting = (value: string) => ({ code: `return { ...message, payload: ${value} }` })

export const functionNode = defineNode({
  type: 'function',
  version: 2,
  group: 'function',
  icon: 'square-function',
  title: 'Function',
  summary: 'Runs your own JavaScript or TypeScript on each message.',
  keywords: ['code', 'javascript', 'typescript', 'script', 'program', 'calculate'],
  config: () =>
    z.object({
      language: z
        .enum(['javascript', 'typescript'])
        .default('javascript')
        .meta({ title: 'Language', options: { javascript: 'JavaScript', typescript: 'TypeScript' } }),
      code: z.string().max(200_000).default('return message').meta({
        title: 'Code',
        description:
          'Gets message, state, env, clock, emit, log, status and now. Return a message to send it on.',
        control: 'code',
      }),
      setup: z.string().max(200_000).default('').meta({
        title: 'Set-up',
        description: 'Runs once at the start. What it declares, the code can use; timers begin here.',
        control: 'code',
      }),
      teardown: z.string().max(200_000).default('').meta({
        title: 'Tear-down',
        description: 'Runs once when the node stops.',
        control: 'code',
      }),
      outputs: namedOutputs(8).default(1).meta({
        title: 'Outputs',
        description: 'The code sends to one by its name or its number.',
        control: 'ports',
        makesOutputs: true,
      }),
      timeoutMs: z.number().int().min(10).max(3_600_000).default(10_000).meta({
        title: 'Longest time',
        description: 'A call that awaits longer than this has failed.',
        control: 'duration',
        unit: 'ms',
      }),
    }),
  writesMessages: true,
  converts: [
    { from: ['text', 'boolean', 'json'], to: 'number', config: converting('Number(message.payload)') },
    { to: 'boolean', config: converting('Boolean(message.payload)') },
  ],
  makesMessages: true,
  chain: { mayLose: ({ code, setup }) => (hasTimers.test(`${setup}\n${code}`) ? timersInMemory : undefined) },
  inputs: { in: port.any() },
  outputs: ({ outputs }): PortMap => outputPorts(outputs),
  caption: ({ language, code }) => {
    const count = code.split('\n').length
    const name = language === 'typescript' ? 'TypeScript' : 'JavaScript'
    return count === 1
      ? { code: 'CAPTION_LINE', message: `${name}, 1 line`, values: { language: name } }
      : { code: 'CAPTION_LINES', message: `${name}, ${count} lines`, values: { language: name, count } }
  },
  check: ({ outputs }) => findOutputProblems(outputs, 'outputs'),
  // Version 1 knew a number of outputs only, which is still read.
  migrate: (config) => config,
})
