import { NodeError } from '#kit/runtime/node-error.ts'
import type { Sentence } from '#kit/sentence.ts'

/** A node that is at work in a host. */
export interface AtWork {
  readonly flow: string
  readonly node: string
}

/** How a host's thread came to its end. */
export interface HostEnd {
  readonly reason: 'stuck' | 'memory' | 'full' | 'crashed' | 'parted' | 'closed'
  /** Who was at work; missing where nobody is to blame. */
  readonly culprit: AtWork | undefined
  /** The delivery that was at work; 0: none. */
  readonly delivery: number
  /** What Node had to say about it. */
  readonly text: string
}

/** Fails what a host had been asked when it ended. */
export class HostEnded extends NodeError {
  readonly end: HostEnd

  constructor(end: HostEnd) {
    const { code, message } = sentenceOfEnd(end)
    super(code, message)
    this.end = end
  }
}

const sentences: Readonly<Record<HostEnd['reason'], Omit<Sentence, 'values'>>> = {
  stuck: {
    code: 'FUNCTION_STUCK',
    message: 'The function ran without end and was stopped. Look for a loop that never ends.',
  },
  memory: {
    code: 'FUNCTION_MEMORY',
    message: 'The function used up its memory and was stopped. Let it keep less at a time.',
  },
  full: {
    code: 'HOST_FULL',
    message: 'The flows of one thread together keep too much in memory. It was started anew.',
  },
  crashed: {
    code: 'HOST_ENDED',
    message: 'The thread of this flow came to an unexpected end and was started anew.',
  },
  parted: {
    code: 'HOST_PARTED',
    message: 'A node took long while other flows waited. Its flow has a thread of its own now.',
  },
  closed: {
    code: 'FLOW_STOPPED',
    message: 'The flow was stopped before it had answered.',
  },
}

/** How a thread ends that nobody needs any more. */
export const closed: HostEnd = { reason: 'closed', culprit: undefined, delivery: 0, text: '' }

export const sentenceOfEnd = ({ reason }: HostEnd): Omit<Sentence, 'values'> => sentences[reason]
